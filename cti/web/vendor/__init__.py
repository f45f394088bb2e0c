"""Browser libraries at pinned versions, with their licences and checksums; and the script that puts them here."""
