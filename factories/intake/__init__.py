"""How factories come in: three sheets, one way of matching, planning, writing and taking back.

handlers   the three sheets and how their columns become facts        plan    stage → BatchRow
facts      the fields a sheet may bring, and how they are compared    write   BatchRow → registry, undo
"""
