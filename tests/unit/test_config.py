"""Settings: where they come from, and what a mistake is told."""

import tomllib
from pathlib import Path

import pytest

from bot.config import Config, load, variable
from bot.config.settings import environment_only, known, sections
from bot.errors import ConfigError
from tools import example_config

TOKEN = "token-that-nobody-may-see"


def write(folder: Path, text: str) -> Path:
    file = folder / "herald.toml"
    file.write_text(text, encoding="utf-8")
    return file


def refusal(path: Path | None, environment: dict[str, str]) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(path, environment)
    return caught.value


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    file = write(
        tmp_path, "[delivery]\nmax_in_flight = 8\njitter = 0.05\n[endpoints]\nper_guild = 3"
    )
    config = load(file, {"HERALD_DELIVERY__MAX_IN_FLIGHT": "12", "HERALD_LOGGING__LEVEL": "DEBUG"})
    assert (config.delivery.max_in_flight, config.delivery.jitter) == (12, 0.05)
    assert (config.endpoints.per_guild, config.logging.level) == (3, "DEBUG")


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    file = write(tmp_path, "[delivery]\nmax_in_flight = 8\n[discord]\ntoken = ''")
    config = load(file, {"HERALD_DELIVERY__MAX_IN_FLIGHT": "", "HERALD_DISCORD__SHARD_COUNT": ""})
    assert (config.delivery.max_in_flight, config.discord.shard_count) == (8, None)
    assert config.discord.token is None


def test_lists_come_from_the_environment_with_commas() -> None:
    config = load(
        None,
        {
            "HERALD_GUARD__ALLOW_HOSTS": "hooks.lan, other.lan,",
            "HERALD_GUARD__ALLOW_NETWORKS": "10.1.0.0/16,fd00::/8",
            "HERALD_GUARD__DENIED_PORTS": "8080, 9000",
        },
    )
    assert config.guard.allow_hosts == ("hooks.lan", "other.lan")
    assert config.guard.allow_networks == ("10.1.0.0/16", "fd00::/8")
    assert config.guard.denied_ports == (8080, 9000)


def test_herald_config_names_the_file_and_an_argument_wins_over_it(tmp_path: Path) -> None:
    named = write(tmp_path, "[endpoints]\nper_guild = 3")
    other = tmp_path / "other.toml"
    other.write_text("[endpoints]\nper_guild = 4")
    environment = {"HERALD_CONFIG": str(named)}
    assert load(None, environment).endpoints.per_guild == 3
    assert load(other, environment).endpoints.per_guild == 4


def test_config_toml_of_the_working_folder_is_used_when_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(None, {}).endpoints.per_guild == 25
    (tmp_path / "config.toml").write_text("[endpoints]\nper_guild = 5")
    assert load(None, {}).endpoints.per_guild == 5


def test_relative_paths_count_from_the_files_folder(tmp_path: Path) -> None:
    config = load(write(tmp_path, '[database]\nurl = "sqlite:///data/../a.db"'), {})
    assert config.database.url == f"sqlite:///{tmp_path}/a.db"
    assert config.secrets.key_file == tmp_path / "herald.key"
    absolute = load(write(tmp_path, '[secrets]\nkey_file = "/etc/herald.key"'), {})
    assert absolute.secrets.key_file == Path("/etc/herald.key")
    away = load(None, {"HERALD_DATABASE__URL": "postgresql://u:p@h/d"})
    assert away.database.url == "postgresql://u:p@h/d"


@pytest.mark.parametrize(
    ("text", "setting", "words"),
    [
        ("[delivery]\nmax_inflight = 1", "delivery.max_inflight", "mean delivery.max_in_flight?"),
        ("[delivry]\njitter = 0", "delivry", "mean delivery?"),
        ("max_in_flight = 1", "max_in_flight", "mean delivery.max_in_flight?"),
        ("[guard]\nzzzzzz = 1", "guard.zzzzzz", "config.example.toml lists them all"),
        ("[delivery]\njitter = 3", "delivery.jitter", "less than or equal to 1"),
        ("[delivery]\nmax_in_flight = 'many'", "delivery.max_in_flight", "a valid integer"),
        ("[database]\nsynchronous = 'OFF'", "database.synchronous", "'NORMAL' or 'FULL'"),
        ("[database]\nurl = 'sqlite:///:memory:'", "database.url", "sqlite:///FILE"),
        ("[database]\nurl = 'mysql://h/d'", "database.url", "postgresql://"),
        (
            "[guard]\nallow_networks = ['10.0.0.1/8']",
            "guard.allow_networks",
            "'10.0.0.1/8' is none",
        ),
        ("[guard]\ndenied_ports = [70000]", "guard.denied_ports", "less than or equal to 65535"),
        ("delivery = 5", "delivery", "write [delivery]"),
        ("[delivery]\nlease_seconds = 10", "delivery", "lease_seconds must be longer"),
        ("[delivery]\nlease_renew_seconds = 60", "delivery", "lease_renew_seconds must be"),
        ("[delivery]\nconnect_timeout = 11", "delivery", "connect_timeout must not be"),
        ("[secrets]\nkey = 'abc'", "secrets.key", "HERALD_SECRETS__KEY"),
        ("[web]\nhost = 'localhost'", "web.host", "such as 127.0.0.1"),
        ("[web]\nport = 65536", "web.port", "less than or equal to 65535"),
        ("[web]\ntrusted_proxies = ['nginx']", "web.trusted_proxies", "'nginx' is none"),
        ("[web]\nmetrics_port = 8080", "web", "another one than port"),
        ("[web]\nmetrics_token = 'short'", "web", "16 characters or more"),
        ("[web]\npublic_url = 'http://herald.example'", "web.public_url", "begin with https://"),
        ("[web]\npublic_url = 'herald.example'", "web.public_url", "such as https://herald"),
        ("[web]\npublic_url = 'https://a b'", "web.public_url", "such as https://herald"),
        ("[web]\npublic_url = 'https://u:p@a.example'", "web.public_url", "such as https://"),
        ("[web]\npublic_url = 'https://a.example?b'", "web.public_url", "such as https://"),
        ("[web]\npublic_url = 'https://a.example:x'", "web.public_url", "such as https://"),
        ("[delivery]\njitter = lots\n", "HERALD_CONFIG", "at line 2"),
    ],
)
def test_a_mistake_names_the_setting_and_the_cure(
    tmp_path: Path, text: str, setting: str, words: str
) -> None:
    error = refusal(write(tmp_path, text), {})
    assert error.setting == setting
    assert words in str(error)


def test_a_mistake_in_the_environment_names_the_variable() -> None:
    error = refusal(None, {"HERALD_DELIVERY__JITTER": "lots"})
    assert error.setting == "delivery.jitter"
    assert "HERALD_DELIVERY__JITTER" in str(error)


def test_one_underscore_too_few_is_told() -> None:
    error = refusal(None, {"HERALD_DISCORD_TOKEN": TOKEN})
    assert "HERALD_DISCORD__TOKEN" in str(error)
    assert TOKEN not in str(error)


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    assert "does not exist" in str(refusal(tmp_path / "none.toml", {}))
    assert "does not exist" in str(refusal(None, {"HERALD_CONFIG": str(tmp_path / "none.toml")}))
    assert "cannot be read" in str(refusal(tmp_path, {}))


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes('[discord]\ntoken = "é"'.encode("latin-1"))
    assert "cannot be read" in str(refusal(file, {}))


def test_secrets_never_show() -> None:
    config = load(
        None,
        {
            "HERALD_DISCORD__TOKEN": TOKEN,
            "HERALD_SECRETS__KEY": TOKEN,
            "HERALD_DATABASE__URL": f"postgresql://user:{TOKEN}@host/name",
        },
    )
    assert config.discord.token is not None
    assert config.discord.token.get_secret_value() == TOKEN
    assert TOKEN not in repr(config) + str(config)


def test_a_refusal_does_not_show_the_value_of_a_secret() -> None:
    error = refusal(None, {"HERALD_DATABASE__URL": f"mysql://user:{TOKEN}@host/name"})
    assert TOKEN not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_nothing_changes_once_it_is_read() -> None:
    config = Config()
    with pytest.raises(ValueError, match="frozen"):
        config.endpoints.per_guild = 3


def test_every_setting_has_its_line_of_meaning() -> None:
    for name, section in sections():
        assert section.__doc__, name
        for key, field in section.model_fields.items():
            assert field.description, f"{name}.{key}"
            assert field.description.endswith("."), f"{name}.{key}"


def test_the_example_is_fresh() -> None:
    written = example_config.TARGET.read_text(encoding="utf-8")
    assert written == example_config.render(), "run `make config`"


def test_the_example_with_its_marks_taken_off_is_the_defaults() -> None:
    lines = example_config.render().splitlines()
    text = "\n".join(
        line[1:] if line[:2] not in ("", "# ") and line[0] == "#" else line for line in lines
    )
    uncommented = text.replace("#   ", "").replace("#]", "]")
    values = tomllib.loads(uncommented)
    named = {f"{section}.{key}" for section, table in values.items() for key in table}
    assert named == {setting for setting in known() if not environment_only(setting)}
    values["discord"].pop("shard_count")
    values["discord"].pop("sync_guild_id")
    values["web"].pop("public_url")
    values["web"].pop("metrics_port")
    values["network"].pop("guild_id")
    values["network"].pop("channel_id")
    values["scams"].pop("known_file")
    for name in ("proxy", "proxy_user", "ca_file"):
        values["egress"].pop(name)
    assert Config.model_validate(values) == Config()


def test_variables_are_spelled_from_the_setting() -> None:
    assert variable("discord.token") == "HERALD_DISCORD__TOKEN"


BAD_PROXIES = {
    "proxy.internal:3128": "must begin with http:// or https://",
    "socks5://proxy.internal:1080": "must begin with http:// or https://",
    "http://": "must be a host and a port",
    "http://proxy.internal:99999": "must be an address such as",
    "http://proxy.internal/path": "must be a host and a port",
    f"http://herald:{TOKEN}@proxy.internal:3128": "proxy_user and proxy_password",
}


@pytest.mark.parametrize("url", BAD_PROXIES)
def test_a_proxy_that_is_none_is_told_so(url: str) -> None:
    error = refusal(None, {"HERALD_EGRESS__PROXY": url})
    assert BAD_PROXIES[url] in str(error)
    assert TOKEN not in str(error)


def test_a_password_without_a_user_or_a_proxy_is_told_so() -> None:
    alone = {"HERALD_EGRESS__PROXY_PASSWORD": TOKEN}
    assert "set proxy as well" in str(refusal(None, alone))
    proxy = {"HERALD_EGRESS__PROXY": "http://proxy.internal:3128/"}
    assert "needs proxy_user" in str(refusal(None, alone | proxy))
    whole = load(None, alone | proxy | {"HERALD_EGRESS__PROXY_USER": "herald"})
    assert whole.egress.proxy == "http://proxy.internal:3128"
    assert TOKEN not in repr(whole)


def test_the_file_of_authorities_counts_from_the_configurations_folder(tmp_path: Path) -> None:
    config = load(write(tmp_path, '[egress]\nca_file = "certs/private.pem"'), {})
    assert config.egress.ca_file == tmp_path / "certs/private.pem"
