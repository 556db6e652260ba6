"""A site as files: pages that any plain web server can hold for decades, or nobody's: a folder on a disk will do.

The pages are those of the application itself, asked for one by one (`crawl`), so they look the same. Their links are
made relative and lead to files (`pages`), whose names follow from the addresses (`names`): where the folder is put at
the address that the pages had, every link to them holds. Scripts and forms are left out: there is nobody to answer.
"""
