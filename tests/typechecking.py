"""The annotations of the package are checked in the first calls of each test, and in some others.

jaxtyping's own decorator binds the arguments of each call to their names and checks them twice,
in functions without arrays too. That was a third of the time of all tests. To check every call was
still a quarter of it, for functions that a test calls hundreds of times in the same way.
"""

import functools
import inspect
import types
import typing
from collections.abc import Collection, Iterable, Sequence

import jaxtyping
from beartype import BeartypeConf, beartype
from jaxtyping import AbstractArray, install_import_hook, jaxtyped

#: An int may stand where a float is asked for, as in PEP 484.
check = beartype(conf=BeartypeConf(is_pep484_tower=True, violation_type=TypeError))

#: Calls of a function that are checked in each test, and the distance of those that are after them.
FIRST, DISTANCE = 16, 8

#: The scope of a call, in which each axis of its arrays has one size.
axes = jaxtyped("context")


def check_package(name):
    """Check each function and dataclass of a package that is imported from here on."""
    # The hook decorates them with jaxtyping.jaxtyped(typechecker=...), looked up by that name.
    jaxtyping.jaxtyped = lambda typechecker: checked
    install_import_hook(name, None)


class Calls:
    """Which calls of all functions are checked: `test` is the number of the test that runs."""

    test = 0


def checked(decorated):
    """Check the arguments and results of a function, or the fields of a dataclass."""
    if inspect.isclass(decorated):
        if hasattr(decorated, "__dataclass_fields__") and "__init__" in vars(decorated):
            decorated.__init__ = checked(decorated.__init__)
        return decorated
    # Not in the first call: here methods do not have their own class yet, and results of it stay
    # unchecked. A check of `Recordings` would read recordings, which tests count.
    hints = {name: hint for name, hint in resolved(decorated).items() if hint is not typing.Any}
    if not hints:
        return decorated
    test = count = 0
    checking = None

    @functools.wraps(decorated)
    def call(*args, **kwargs):
        __tracebackhide__ = True
        nonlocal test, count, checking
        if test != Calls.test:
            test, count = Calls.test, 0
        count += 1
        if count > FIRST and count % DISTANCE:
            return decorated(*args, **kwargs)
        if checking is None:
            checking = make_checking(decorated, hints)
        return checking(*args, **kwargs)

    return call


def make_checking(function, hints):
    """A function that checks all of its calls."""
    arrays = any(map(has_arrays, hints.values()))
    if (arrays and inspect.isgeneratorfunction(function)) or any(map(makes_items, hints.values())):
        # Arguments are checked before it runs, and no item of theirs is kept while it does.
        return jaxtyped(function, typechecker=check)
    checking = check(annotated(function, hints))
    if not arrays:
        return checking

    def call(*args, **kwargs):
        __tracebackhide__ = True
        with axes:
            return checking(*args, **kwargs)

    return call


def resolved(function):
    """The annotations of a function; Any for names that are there for type checkers alone."""
    try:
        return typing.get_type_hints(function, include_extras=True)
    except Exception:
        names = function.__annotations__
        if len(names) == 1:
            return dict.fromkeys(names, typing.Any)
        parts = (annotated(function, {name: hint}) for name, hint in names.items())
        return {name: hint for part in parts for name, hint in resolved(part).items()}


def annotated(function, hints):
    """A copy of a function with other annotations."""
    copy = types.FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__qualname__, copy.__module__ = function.__qualname__, function.__module__
    copy.__annotations__ = hints
    return copy


def makes_items(hint):
    """Whether an annotation is of a sequence that may make its items when they are asked for."""
    return typing.get_origin(hint) in (Collection, Iterable, Sequence) or any(
        map(makes_items, typing.get_args(hint))
    )


def has_arrays(hint):
    """Whether an annotation contains an array with named axes."""
    if isinstance(hint, type) and issubclass(hint, AbstractArray):
        return True
    parts = hint if isinstance(hint, list) else typing.get_args(hint)
    return any(map(has_arrays, parts))
