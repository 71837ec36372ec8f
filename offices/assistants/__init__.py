"""The assistant officer scheme (ผู้ช่วยอุตสาหกรรมจังหวัด): nomination, order, reviews, renewal or end.

dated     criteria and intervals     eligibility  the criteria, line by line   terms     stretches of a term
workflow  the two case types         services     what writes                  standing  in office or not
"""
