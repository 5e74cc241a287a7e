"""Sends a file with tuspy, as it comes from its authors: a few pieces, then as a new client the rest.

usage: tus_client.py ENDPOINT COOKIE ORIGIN FILE NAME
"""

import json
import sys

from tusclient import client

endpoint, cookie, origin, path, name = sys.argv[1:]
headers = {"Cookie": cookie, "Origin": origin}
options = {"file_path": path, "chunk_size": 200_000, "upload_checksum": True}

first = client.TusClient(endpoint, headers=headers).uploader(metadata={"filename": name}, **options)
first.upload_chunk()
first.upload_chunk()

# Another client, which knows nothing but the address.
second = client.TusClient(endpoint, headers=headers).uploader(url=first.url, **options)
resumed = second.offset
second.upload()
print(json.dumps({"url": second.url, "resumed": resumed, "offset": second.offset}))
