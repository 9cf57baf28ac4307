"""Kinds of values that settings have, in a file and as the environment spells them."""

from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from bot.loopback import api_here, gateway_here


def _listed(value: object) -> object:
    """A list as the environment can say it: with commas between."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


def given(value: object) -> object:
    """An empty text means "not set", as an empty line in an environment file does."""
    return None if value == "" else value


def _networks(networks: tuple[str, ...]) -> tuple[str, ...]:
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            message = f'must hold networks such as "10.1.0.0/16"; {network!r} is none'
            raise ValueError(message) from None
    return networks


type_of_names = BeforeValidator(_listed)
Names = Annotated[tuple[str, ...], type_of_names]
Networks = Annotated[tuple[str, ...], type_of_names, AfterValidator(_networks)]
Ports = Annotated[tuple[Annotated[int, Field(ge=1, le=65535)], ...], type_of_names]
Snowflakes = Annotated[tuple[Annotated[int, Field(ge=1)], ...], type_of_names]
Secret = Annotated[SecretStr | None, BeforeValidator(given)]
Api = Annotated[str | None, BeforeValidator(given), AfterValidator(api_here)]
Gateway = Annotated[str | None, BeforeValidator(given), AfterValidator(gateway_here)]
Positive = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]
Whole = Annotated[int, Field(ge=0)]
Days = Annotated[int, Field(ge=1, le=365)]
OptionalSnowflake = Annotated[int | None, Field(ge=1), BeforeValidator(given)]


class Section(BaseModel):
    """One table of the file; the docstring of each is its heading there."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True
    )
