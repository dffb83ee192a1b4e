"""Who has paid what for a processing: what it has cost less what was given back, whoever started or restarted it."""

from __future__ import annotations

import sqlite3

from . import accounts


def take(connection: sqlite3.Connection, processing_id: str, account_id: str, amount: float) -> None:
    """Take `amount` credits for a processing from an account, within a transaction. Raises accounts.NoCredits."""
    accounts.charge(connection, account_id, amount)
    _add(connection, processing_id, account_id, amount)


def give_back(connection: sqlite3.Connection, processing_id: str, amount: float) -> None:
    """Give `amount` credits of what was paid for a processing back, to who paid last first, within a transaction."""
    paid = connection.execute(
        "select account_id, amount from payments where processing_id = ? and amount > 0 order by turn desc",
        (processing_id,),
    ).fetchall()
    left = amount
    for row in paid:
        part = min(left, row["amount"])
        accounts.refund(connection, row["account_id"], part)
        _add(connection, processing_id, row["account_id"], -part)
        left -= part


def _add(connection: sqlite3.Connection, processing_id: str, account_id: str, amount: float) -> None:
    turn = (
        "(select 1 + coalesce(max(turn), 0) from payments where processing_id = :processing)"
        if amount > 0
        else "0"
    )
    connection.execute(
        f"insert into payments (processing_id, account_id, amount, turn)"
        f" values (:processing, :account, :amount, {turn})"
        " on conflict (processing_id, account_id) do update set amount = amount + excluded.amount,"
        " turn = max(turn, excluded.turn)",
        {"processing": processing_id, "account": account_id, "amount": amount},
    )
