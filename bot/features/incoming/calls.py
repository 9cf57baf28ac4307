"""Calls: an action is accepted once for its key, carried out, and answered alike ever after.

| Step | If the process ends after it |
|---|---|
| a transaction: key, effect and answer; for Discord, the call alone | done; or it is found |
| what is left to do on Discord | it is done again, which changes nothing |
| a transaction: the call is done, with its answer and its audit entry | nothing is left |
"""

from collections.abc import Mapping
from typing import Any

from bot.acts import ActFailed, ActRefused
from bot.errors import UserError
from bot.features.incoming import call_store, store
from bot.features.incoming.actions import IncomingAction
from bot.features.incoming.effects import Effect, IncomingEffects
from bot.features.incoming.errands import IncomingErrands
from bot.features.incoming.messages import PushedMessages
from bot.features.incoming.model import (
    GIVEN_UP,
    REMEMBERED,
    CallDraft,
    CallState,
    IncomingWebhook,
    PushedCall,
)
from bot.features.incoming.ports import IncomingPorts
from bot.features.incoming.refusals import (
    ActionRefused,
    PushAnswer,
    bad_signature,
    in_progress,
    no_answer,
    not_let,
    refused,
    unavailable,
)
from bot.features.incoming.results import ActionResult
from bot.features.incoming.settlement import CallSettlement
from bot.logs import get_logger
from bot.storage.database import Reading
from bot.storage.sweep import DueRows, Sweep

_log = get_logger("herald.incoming")


class _KeyTaken(Exception):
    """Another request with the same key came first."""


class IncomingCalls:
    """Does each once; what is pending is found by a sweep, or by the request that comes again."""

    def __init__(self, ports: IncomingPorts, settlement: CallSettlement) -> None:
        self._ports = ports
        self._settlement = settlement
        messages = PushedMessages(ports, settlement.settle)
        self._effects = IncomingEffects(ports, messages)
        self._errands = IncomingErrands(ports, messages)
        self._under_way = set[tuple[int, str]]()
        self.sweep = Sweep(
            "incoming",
            ports.database,
            clock=ports.clock,
            ready=lambda: ports.acts.is_connected,
        )
        self.sweep.rows(
            DueRows(
                "pending",
                call_store.table,
                call_store.pending,
                call_store.call_of,
                self._swept,
                still=_still_pending,
            )
        )

    async def push(
        self, webhook: IncomingWebhook, asked: IncomingAction, draft: CallDraft
    ) -> PushAnswer:
        """Do it, or tell what came of it before; ActionRefused where nothing was begun."""
        if draft.key is None:
            return await self._first(webhook, asked, draft)
        mine = webhook.id, draft.key
        if mine in self._under_way:
            raise in_progress(1)
        self._under_way.add(mine)
        try:
            seen = await self._remembered(*mine)
            if seen is None:
                try:
                    return await self._first(webhook, asked, draft)
                except _KeyTaken:
                    seen = await self._remembered(*mine)
            if seen is None:
                raise in_progress(1)
            return await self._again(seen, draft.digest)
        finally:
            self._under_way.discard(mine)

    async def _remembered(self, webhook_id: int, key: str) -> PushedCall | None:
        since = self._ports.clock.now() - REMEMBERED
        async with self._ports.database.reading() as reading:
            return await call_store.find(reading, webhook_id, key, since)

    async def _first(
        self, webhook: IncomingWebhook, asked: IncomingAction, draft: CallDraft
    ) -> PushAnswer:
        try:
            effect = await self._effects.prepare(webhook, draft.action, asked)
            call_id, result = await self._begun(webhook, draft, effect)
        except UserError as error:
            raise refused(str(error)) from error
        except ActRefused as error:
            raise not_let(error) from error
        except ActFailed as error:
            raise unavailable() from error
        if result is None:
            return await self._carried_out(call_id)
        return _ok(draft.action, result.model_dump(mode="json"))

    async def _begun(
        self, webhook: IncomingWebhook, draft: CallDraft, effect: Effect
    ) -> tuple[int, ActionResult | None]:
        """The one transaction: the webhook as it is now, the key, the effect and the answer."""
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            _refuse_changed(webhook, await store.held(tx, webhook.id), draft.action)
            if draft.key is not None:
                await call_store.forget_key(tx, webhook.id, draft.key, now - REMEMBERED)
            call_id = await call_store.add(tx, webhook, now, draft)
            if call_id is None:
                raise _KeyTaken
            result = await effect(tx, call_id)
            if result is not None:
                await self._settlement.settle(tx, call_id, result)
        return call_id, result

    async def _again(self, seen: PushedCall, digest: bytes) -> PushAnswer:
        if seen.digest != digest:
            text = "This key was sent with another body before: take a new one for a new action."
            raise ActionRefused(409, "idempotency_key_reused", text)
        if seen.state is CallState.PENDING:
            now = self._ports.clock.now()
            async with self._ports.database.transaction() as tx:
                is_mine = await call_store.take(tx, seen.id, now)
            if not is_mine:
                raise in_progress((seen.look_at - now).total_seconds() if seen.look_at else 1)
            return _replayed(await self._carried_out(seen.id))
        return _replayed(_answer_of(seen))

    async def _carried_out(self, call_id: int) -> PushAnswer:
        """Do what is left on Discord; what came of it, unless Discord does not say."""
        async with self._ports.database.reading() as reading:
            call = await call_store.by_id(reading, call_id)
        assert call is not None  # noqa: S101  it was written before
        if call.state is CallState.PENDING:
            handover = self._settlement.handover
            call = await (
                handover.carried_out(call, self.sweep.wake)
                if handover.is_due(call)
                else self._run(call)
            )
        if call.state is CallState.PENDING:
            async with self._ports.database.transaction() as tx:
                await call_store.release(tx, call_id)
            raise no_answer(has_key=call.key is not None)
        return _answer_of(call)

    async def _run(self, call: PushedCall) -> PushedCall:
        came: ActionResult | ActionRefused | None
        try:
            came = await self._errands.run(call)
        except ActionRefused as refusal:
            came = None if refusal.status >= 500 else refusal
        except UserError as error:
            came = refused(str(error))
        except ActRefused as error:
            came = not_let(error)
        except ActFailed as error:
            _log.info("incoming.no_answer", call=call.id, error=str(error))
            came = None
        if came is not None:
            async with self._ports.database.transaction() as tx:
                await self._settlement.settle(tx, call.id, came)
        async with self._ports.database.reading() as reading:
            return await call_store.by_id(reading, call.id) or call

    async def _swept(self, call: PushedCall) -> None:
        """What a process left, or Discord did not answer; given up when it is too old."""
        if self._ports.clock.now() - call.created_at < GIVEN_UP:
            await self._run(call)
            return
        async with self._ports.database.transaction() as tx:
            late = unavailable("Discord could not be reached for too long: it was given up.")
            await self._settlement.cut_off(tx, call.id, late)


async def _still_pending(reading: Reading, seen: PushedCall) -> PushedCall | None:
    call = await call_store.by_id(reading, seen.id)
    return call if call is not None and call.state is CallState.PENDING else None


def _refuse_changed(seen: IncomingWebhook, now: IncomingWebhook | None, action: str) -> None:
    """It was deleted, or given another secret or other actions, while this was looked at."""
    if now is None or now.sealed_secret != seen.sealed_secret:
        raise bad_signature()
    if action not in now.actions:
        raise not_allowed(action)


def not_allowed(action: str) -> ActionRefused:
    """An action that the webhook was not given."""
    text = f"This webhook may not do {action}: whoever manages the server can allow it."
    return ActionRefused(403, "action_not_allowed", text)


def _answer_of(call: PushedCall) -> PushAnswer:
    status, answer = call.status or 200, call.answer or {}
    return PushAnswer(status, answer) if status >= 400 else _ok(call.action, answer)


def _ok(action: str, result: Mapping[str, Any]) -> PushAnswer:
    return PushAnswer(200, {"ok": True, "action": action, "result": result})


def _replayed(answer: PushAnswer) -> PushAnswer:
    return PushAnswer(answer.status, {**answer.document, "replayed": True}, answer.retry_after)
