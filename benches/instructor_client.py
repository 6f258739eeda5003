"""Asks a server about reports with `instructor`: the request and its own validation, nothing else."""

import asyncio
import sys
from typing import Optional

import instructor
from openai import AsyncOpenAI
from pydantic import BaseModel


class KeyPoint(BaseModel):
    kind: Optional[str]
    at: Optional[int]


class Draft(BaseModel):
    product: Optional[dict]
    publisher: Optional[dict]
    authors: list[dict]
    subject: Optional[dict]
    ratings: list[dict]
    target_price: Optional[dict]
    rating_scales: list[dict]
    mentions: list[dict]
    sector_calls: list[dict]
    risks: list[dict]
    related_reports: list[dict]
    estimates: list[dict]
    key_points: list[KeyPoint]


async def main() -> None:
    url, count, at_once = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    client = instructor.from_openai(AsyncOpenAI(base_url=url, api_key="none", max_retries=0), mode=instructor.Mode.JSON)
    places = asyncio.Semaphore(at_once)

    async def one(number: int) -> None:
        async with places:
            with open(f"{number}.md", encoding="utf-8") as report:
                text = report.read()
            await client.chat.completions.create(
                model="m", response_model=Draft, max_retries=1, messages=[{"role": "user", "content": text}]
            )

    await asyncio.gather(*(one(number) for number in range(count)))


asyncio.run(main())
