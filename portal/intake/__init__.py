"""Intake: how a sheet comes into the database, the same way for every sheet.

handlers   what an app declares about one kind of sheet, and the list of them
reading    stored file → guard → reader in a child process → rows as text on disk
stage      those rows as a temporary table, findings, and the sealed plan
services   receive, preview, apply, discard: who may, in which order, in one transaction each
undo       an applied batch taken back as one; what cannot be, and why
selectors  what the pages show                tasks  the same services as background jobs
mapping    files of another layout: columns are mapped once and known again the next time
"""
