"""Millions of invented people with their cases, for figures at the size of Bijie: `manage.py seed`.

The register is invented afresh; the casework is the demo county's, told once by the real services and copied for
other people in other places, row by row. So a copied case is what the services make, whatever they make tomorrow.
"""
