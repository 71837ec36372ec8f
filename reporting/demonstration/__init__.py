"""Seeded demonstration data: made-up factories, reports with the usual faults, certified months.

The numbers are unmistakably fake: running part 90000 and above in every factory number, the word
สาธิต in every name. Shares of types and counts of plants are the true ones.
"""
