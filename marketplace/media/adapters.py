"""Where files are kept: a folder of this machine, or any S3."""

import contextlib
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from marketplace.kernel import clock
from marketplace.kernel.plugin import Registry
from marketplace.media import keys
from marketplace.media.slots import Storage, StorageAway, StorageKind

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

R = TypeVar("R")
CONNECT_SECONDS = 1
READ_SECONDS = 2
GET_SECONDS, PUT_SECONDS = 2.5, 8.0
"""From asking to the last byte: a page waits three seconds at most for a picture (R13.2), an upload a little longer."""
HANDS = 8
PIECE = 16 * 1024
FAILURES = 3
PAUSE_SECONDS = 30.0
ABSENT = ("NoSuchKey", "404", "NotFound")


class Folder:
    """Files in a folder; each is written aside and moved into place, so that it is whole or not there."""

    def __init__(self, root: Path, secret: str) -> None:
        self.root = root
        self.secret = secret

    def put(self, key: str, content: bytes, kind: str) -> None:
        """Keep the bytes; the kind is told by the ending."""
        del kind
        path = self._path(key)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(content)
            draft.replace(path)
        except OSError as failure:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise StorageAway from failure

    def get(self, key: str) -> bytes | None:
        """Return the bytes, None when there is no such file."""
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as failure:
            raise StorageAway from failure

    def drop(self, key: str) -> None:
        """Forget the file."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as failure:
            raise StorageAway from failure

    def link(self, key: str, seconds: int) -> str:
        """Return an address of our own with an end and a proof."""
        until = int(clock.now().timestamp()) + seconds
        return f"{keys.ADDRESS}{key}?sampai={until}&tanda={keys.proof(self.secret, key, until)}"

    def _path(self, key: str) -> Path:
        if not (keys.KEY.fullmatch(key) or keys.FILE.fullmatch(key)):
            message = f"not a key of ours: {key!r}"
            raise ValueError(message)
        return self.root / key


class Breaker:
    """Keeps from asking a service that failed three times in a row; every half minute one call may try again (R13.2)."""

    def __init__(self) -> None:
        self._failures = 0
        self._again = 0.0

    def lets_through(self) -> bool:
        """Tell whether to ask."""
        if self._failures < FAILURES:
            return True
        if time.monotonic() < self._again:
            return False
        self._again = time.monotonic() + PAUSE_SECONDS
        return True

    def answered(self) -> None:
        """Note that the service works."""
        self._failures = 0

    def failed(self) -> None:
        """Note that it does not."""
        self._failures += 1
        self._again = time.monotonic() + PAUSE_SECONDS


class S3:
    """Files in a bucket, through boto3. Calls are made by threads of their own, for boto3 has no limit for a whole call."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self.client = client
        self.bucket = bucket
        self._breaker = Breaker()
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="s3")

    def put(self, key: str, content: bytes, kind: str) -> None:
        """Keep the bytes."""
        self._ask(
            PUT_SECONDS,
            lambda: self.client.put_object(Bucket=self.bucket, Key=key, Body=content, ContentType=kind),
        )

    def get(self, key: str) -> bytes | None:
        """Return the bytes, None when there is no such object."""
        return self._ask(GET_SECONDS, lambda: self._read(key, time.monotonic() + GET_SECONDS))

    def drop(self, key: str) -> None:
        """Forget the object."""
        self._ask(PUT_SECONDS, lambda: self.client.delete_object(Bucket=self.bucket, Key=key))

    def link(self, key: str, seconds: int) -> str:
        """Return a pre-signed address of the bucket; made here, without asking it."""
        given = {"Bucket": self.bucket, "Key": key}
        address: str = self.client.generate_presigned_url("get_object", Params=given, ExpiresIn=seconds)
        return address

    def _read(self, key: str, until: float) -> bytes | None:
        from botocore.exceptions import ClientError

        try:
            body = self.client.get_object(Bucket=self.bucket, Key=key)["Body"]
        except ClientError as failure:
            if failure.response.get("Error", {}).get("Code") in ABSENT:
                return None
            raise
        with contextlib.closing(body):
            content = bytearray()
            for piece in body.iter_chunks(PIECE):
                content += piece
                if time.monotonic() > until:
                    raise TimeoutError
            return bytes(content)

    def _ask(self, seconds: float, call: Callable[[], R]) -> R:
        from botocore.exceptions import BotoCoreError, ClientError

        if not self._breaker.lets_through():
            raise StorageAway
        asked = self._hands.submit(call)
        try:
            answer = asked.result(seconds)
        except (BotoCoreError, ClientError, TimeoutError) as failure:
            asked.cancel()
            self._breaker.failed()
            raise StorageAway from failure
        self._breaker.answered()
        return answer


@lru_cache(maxsize=4)
def _bucket(endpoint: str, bucket: str, region: str, key_id: str, secret: str) -> S3:
    # boto3 takes 50 MiB and half a second: loaded when a bucket is really used.
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": 1},
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "auto"},
    )
    client = boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=region,
        aws_access_key_id=key_id or None,
        aws_secret_access_key=secret or None,
        config=config,
    )
    return S3(client, bucket)


def _open_bucket(registry: Registry) -> Storage:
    names = ("S3_ENDPOINT", "S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")
    return _bucket(*(str(registry.setting(name)) for name in names))


def _open_folder(registry: Registry) -> Storage:
    return Folder(registry.settings.instance / "media", registry.settings.secret_key)


BUCKET = StorageKind("s3", lambda registry: bool(registry.setting("S3_BUCKET")), _open_bucket)
FOLDER = StorageKind("folder", lambda _registry: True, _open_folder)
