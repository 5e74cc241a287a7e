"""Orders, pays and closes with wechatpayv3, as it comes from its authors; what the sandbox signs is verified by it.

usage: wechat_client.py CLIENT_JSON SANDBOX_URL
"""

import http.server
import json
import queue
import sys
import threading

import requests
from wechatpayv3 import WeChatPay, WeChatPayType

path, sandbox = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    config = json.load(file)["wechat"]
serial, public = config["platform_keys"][0]
told = queue.Queue()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told.put(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()

pay = WeChatPay(
    wechatpay_type=WeChatPayType.H5,
    mchid=config["mchid"],
    private_key=config["merchant_key_pem"],
    cert_serial_no=config["merchant_serial"],
    appid=config["appid"],
    apiv3_key=config["api_v3_key"],
    notify_url=f"http://127.0.0.1:{receiver.server_port}/told",
    public_key=public,
    public_key_id=serial,
)
# The one address that it has no setting for.
pay._core._gate_way = sandbox


def order(number):
    status, text = pay.pay(
        description="不动产登记费",
        out_trade_no=number,
        amount={"total": 8000, "currency": "CNY"},
        scene_info={"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}},
    )
    return status, json.loads(text)


def order_code(number):
    status, text = pay.pay(
        description="不动产登记费",
        out_trade_no=number,
        amount={"total": 8000, "currency": "CNY"},
        pay_type=WeChatPayType.NATIVE,
    )
    return status, json.loads(text)


def query(number):
    status, text = pay.query(out_trade_no=number)
    return status, json.loads(text)


said = {"unknown": query("PY20260001"), "ordered": order("PY20260001"), "open": query("PY20260001")}
requests.post(f"{sandbox}/wechat/pay-directly", json={"out_trade_no": "PY20260001"}, timeout=10).raise_for_status()
headers, body = told.get(timeout=10)
said["told"] = pay.callback(headers, body)
forged = body.replace(b"TRANSACTION.SUCCESS", b"TRANSACTION.SUCCES5")
said["forged"] = pay.callback(headers, forged)
said["paid"] = query("PY20260001")
order("PY20260002")
said["closed"] = pay.close(out_trade_no="PY20260002")[0]
said["after"] = query("PY20260002")
said["coded"] = order_code("PY20260003")
said["swapped"] = order("PY20260003")
requests.post(f"{sandbox}/wechat/pay-directly", json={"out_trade_no": "PY20260003"}, timeout=10).raise_for_status()
headers, body = told.get(timeout=10)
said["told_code"] = pay.callback(headers, body)
said["paid_code"] = query("PY20260003")
print(json.dumps(said))
