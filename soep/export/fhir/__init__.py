"""FHIR STU3 in the Dutch standard for GP data: the export, and a validator of its profiles.

``base`` is the base standard as fhir.resources knows it, ``profiles`` reads Nictiz's StructureDefinitions,
``validator`` checks a resource against both, ``reading`` opens files, ``building`` makes resources of a consult.
"""
