"""`make shots`: every page and every paper, photographed over the demo county into shots/.

`album` lists what is photographed, and what is not and why; `setting` completes the demo so that every page has
something to show; `camera` takes the pictures, `checks` says what is wrong on a page, `papers` prints the PDFs,
`sheets` puts the variants of one page side by side.
"""
