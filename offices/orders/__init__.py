"""Orders (คำสั่ง) of appointment: from a draft to a signed paper and the assignments it makes.

workflow  the case types        carry     an order carried out, as a rehearsal or in earnest
services  drafting, signing     writing   what one line ends and begins     powers    what can be delegated
paper     its words
"""
