"""What a person decides in the launchpad: each job does what its command does, and leaves who, when and why."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import yaml

from orchestration.defs import by_hand
from orchestration.defs.schedules import REFRESH
from orchestration.ingest.actions import Actions
from orchestration.ingest.decisions import Decisions
from orchestration.ingest.landing_store import HELD, LandingStore, Provenance, Refusal
from orchestration.stores import Stores
from tests.factories.builds import land_bundled
from tests.unit.test_ingest_command import MOMENT, UNREADABLE, edition
from warehouse.reading.connect import DATABASE

WORD = {"author": "Ada", "reason": "NATO says so"}
NATO = "nato:2026-07-10"


def decided(job: dg.JobDefinition, op: str, root: Path, **config: object) -> dg.ExecuteInProcessResult:
    return job.execute_in_process(
        run_config={"ops": {op: {"config": config}}},
        resources={"stores": Stores(data_dir=str(root))},
        raise_on_error=False,
    )


def failure(result: dg.ExecuteInProcessResult) -> str:
    (event,) = [event for event in result.all_events if event.is_step_failure]
    said = event.step_failure_data.user_failure_data
    assert said is not None
    return str(said.description)


def refused(root: Path, refusal: Refusal) -> Provenance:
    store = LandingStore(root)
    waiting = store.deposit(*edition())
    assert waiting is not None
    store.refuse(waiting, refusal)
    return waiting.provenance


def test_figures_are_withheld_by_a_named_person_and_accepted_again(tmp_path: Path) -> None:
    land_bundled(tmp_path, NATO)
    which = {"entity": "DEU", "indicator": "defence_share_of_gdp", "years": "2024"}
    assert decided(by_hand.withhold_figures, "withhold", tmp_path, edition=NATO, **which, **WORD).success
    assert decided(by_hand.accept_edition, "accept", tmp_path, edition=NATO, **WORD).success
    rows = Decisions(tmp_path).read().select("author", "action", "entity", "printed_value", "reason").rows()
    # NATO, 10 July 2026, Table 3: Germany 2.00 % in 2024.
    assert rows == [("Ada", action, "DEU", 2.0, "NATO says so") for action in ("withhold", "accept")]


def test_an_edition_is_withdrawn_by_a_named_person(tmp_path: Path) -> None:
    land_bundled(tmp_path, NATO)
    assert decided(by_hand.withdraw_edition, "withdraw", tmp_path, edition=NATO, **WORD).success
    assert LandingStore(tmp_path).standing() == []


def test_a_held_edition_that_is_accepted_waits_to_be_ingested(tmp_path: Path) -> None:
    held = refused(tmp_path, Refusal("TABLE3!D20", "shares of 0.02", MOMENT, "run", HELD, ("editions_differ",)))
    assert decided(by_hand.accept_edition, "accept", tmp_path, edition=held.sha256[:12], **WORD).success
    assert LandingStore(tmp_path).anything_waits()


def test_a_refused_payload_is_retried_and_the_action_kept_with_who_and_why(tmp_path: Path) -> None:
    sha256 = refused(tmp_path, UNREADABLE).sha256
    assert decided(by_hand.retry_payload, "retry", tmp_path, sha256=sha256[:12], **WORD).success
    kept = Actions(tmp_path).read()
    assert kept.select("author", "action", "subject", "reason").rows() == [("Ada", "retry", NATO, "NATO says so")]
    assert (dt.datetime.now(dt.UTC).replace(tzinfo=None) - kept["acted_at"].item()).total_seconds() < 60


def test_a_publication_that_is_kept_is_served_again_and_the_roll_back_kept(tmp_path: Path) -> None:
    for build in ("first", "second"):
        (tmp_path / "published" / build).mkdir(parents=True)
        with duckdb.connect(str(tmp_path / "published" / build / DATABASE)) as warehouse:
            warehouse.execute("CREATE SCHEMA meta")
            warehouse.execute("CREATE TABLE meta.build AS SELECT '0.5.0' AS schema_version")
    (tmp_path / "current").symlink_to("published/second")
    assert decided(by_hand.roll_back_publication, "roll_back", tmp_path, build_id="first", **WORD).success
    assert (tmp_path / "current").resolve().name == "first"
    assert Actions(tmp_path).read().select("action", "subject").rows() == [("roll_back", "first")]


def test_a_file_is_handed_in_and_waits_to_be_ingested(tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    file.write_bytes(edition()[0])
    config = {"file": str(file), "url": "https://www.nato.int/x", "published_on": "2026-07-10", **WORD}
    assert decided(by_hand.hand_in_edition, "hand_in", tmp_path, **config).success
    assert [item.provenance.edition_id for item in LandingStore(tmp_path).incoming("nato")] == [NATO]
    assert Actions(tmp_path).read()["action"].to_list() == ["hand_in"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ({"author": " ", "reason": "x"}, "author: expected the name of who decides"),
        ({"author": "Ada", "reason": " "}, "reason: expected an explanation in words"),
        ({"author": "gate", "reason": "x"}, "'gate' is the pipeline itself"),
    ],
)
def test_a_decision_without_a_person_or_a_reason_is_none(tmp_path: Path, word: dict[str, str], said: str) -> None:
    land_bundled(tmp_path, NATO)
    result = decided(by_hand.withdraw_edition, "withdraw", tmp_path, edition=NATO, **word)
    assert not result.success
    assert said in failure(result)
    assert Decisions(tmp_path).read().is_empty()


def test_a_decision_on_what_is_not_there_ends_red_with_what_was_expected(tmp_path: Path) -> None:
    result = decided(by_hand.roll_back_publication, "roll_back", tmp_path, build_id="third", **WORD)
    assert failure(result) == "publication 'third' is not kept; kept are none"
    assert Actions(tmp_path).read().is_empty()


BY_HAND = [found for found in vars(by_hand).values() if isinstance(found, dg.JobDefinition)]


@pytest.mark.parametrize("job", [*BY_HAND, REFRESH], ids=lambda job: job.name)
def test_a_run_whose_process_died_is_tried_again_unless_a_person_s_word_is_its_work(job: dg.JobDefinition) -> None:
    settings = yaml.safe_load(Path("orchestration/dagster.yaml").read_text(encoding="utf-8"))
    with dg.DagsterInstance.local_temp(overrides={"run_retries": settings["run_retries"]}) as instance:
        run = instance.create_run_for_job(a_job, tags=dict(job.tags or {}), status=dg.DagsterRunStatus.STARTED)
        instance.report_run_failed(run)
        failed = instance.get_run_by_id(run.run_id)
        assert failed is not None
        assert failed.tags["dagster/will_retry"] == ("false" if job in BY_HAND else "true")


@dg.job
def a_job() -> None: ...
