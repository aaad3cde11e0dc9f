"""The checker of annotations that the tests run the package under."""

from beartype import BeartypeConf, beartype

#: An int may stand where a float is asked for, as in PEP 484.
checked = beartype(conf=BeartypeConf(is_pep484_tower=True))
