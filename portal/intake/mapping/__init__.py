"""Files of another layout: columns are mapped once, and known again the next time.

asking     when a file must be mapped first, and by which mappings its source is known
page       what the mapping page shows: guesses, samples, how values will be understood
services   agree on a mapping, ask again, retire      selectors  what was agreed       views  the pages
"""
