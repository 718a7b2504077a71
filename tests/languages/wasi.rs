//! What languages ask of their surroundings is answered out of the call: its clock, its random bytes, its log.

use crate::project::Project;

/// A case of the tool, with what it is to answer.
fn case(expected: &str) -> String {
    format!(
        "{{\"about\": \"x\", \"call\": \"tools.call\", \"now\": \"2026-01-05T08:00:00Z\", \"settings\": {{}}, \
         \"input\": [\"count-words\", \"{{}}\"], \"expect\": {{\"ok\": {}}}}}",
        serde_json::Value::from(expected)
    )
}

#[tokio::test]
async fn python_sees_the_calls_own_world() {
    let project = Project::begin("python", &["tools"]).await;
    project.write(
        "plugin.py",
        r#"
import datetime, json, os, random, socket, sys, time, uuid

class Tools:
    def call(self, name, arguments):
        began = time.monotonic()
        time.sleep(3600)
        slept = time.monotonic() - began
        print("printed", end=" "); print("in pieces")
        print("a warning", file=sys.stderr)
        try:
            socket.socket().connect(("192.0.2.1", 80))
            net = "open"
        except OSError:
            net = "closed"
        try:
            open("/etc/passwd")
            files = "open"
        except OSError:
            files = "closed"
        return json.dumps({
            "now": datetime.datetime.now(datetime.timezone.utc).isoformat(), "slept": slept >= 3600,
            "net": net, "files": files, "environment": dict(os.environ), "arguments": sys.argv[1:],
            "different": uuid.uuid4() != uuid.uuid4() and random.SystemRandom().random() != 0,
        })
"#,
    );
    project.write("cases/tools-call.json", &case(""));
    project.must("build").await;
    let (_, said) = project.plugin("test").await;
    for wanted in [
        r#"\"now\": \"2026-01-05T08:00:00+00:00\""#,
        r#"\"slept\": true"#,
        r#"\"net\": \"closed\", \"files\": \"closed\", \"environment\": {}, \"arguments\": []"#,
        r#"\"different\": true"#,
        "log info: printed in pieces",
        "log warn: a warning",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[tokio::test]
async fn javascript_sees_the_calls_own_world() {
    let project = Project::begin("javascript", &["tools"]).await;
    project.write(
        "plugin.js",
        r#"
export const tools = {
  call() {
    console.log('printed', { by: 'console' }, 7);
    const text = '你好, «ü» 👩‍👧 \u{10ffff}';
    const bytes = new TextEncoder().encode(text);
    const broken = new TextDecoder().decode(new Uint8Array([0xf0, 0x9f, 0x61, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0x62]));
    const copied = structuredClone({ at: new Date(0), list: [new Map([[1, new Set([2])]])] });
    const form = new URLSearchParams('a=1+2&b=%E4%BD%A0&a=3');
    return JSON.stringify({
      now: new Date().toISOString(),
      same: new TextDecoder().decode(bytes) === text && bytes.length === 31,
      broken,
      copied: copied.at.getTime() === 0 && copied.list[0].get(1).has(2),
      form: [form.get('a'), form.get('b'), form.getAll('a').length, form.toString()],
      different: Math.random() !== Math.random() && crypto.randomUUID() !== crypto.randomUUID(),
      id: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()),
    });
  },
};
"#,
    );
    project.write("cases/tools-call.json", &case(""));
    project.must("build").await;
    let (_, said) = project.plugin("test").await;
    for wanted in [
        r#"\"now\":\"2026-01-05T08:00:00.000Z\",\"same\":true"#,
        "\\\"broken\\\":\\\"\u{fffd}a\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}b\\\"",
        r#"\"copied\":true"#,
        r#"[\"1 2\",\"你\",2,\"a=1+2&b=%E4%BD%A0&a=3\"]"#,
        r#"\"different\":true,\"id\":true"#,
        r#"log info: printed {"by":"console"} 7"#,
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[tokio::test]
async fn c_sees_the_calls_own_world_through_its_libc() {
    let project = Project::begin("c", &["tools"]).await;
    project.write(
        "plugin.c",
        r#"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "hospes_sdk.h"

bool exports_hospes_tools_call(hospes_string_t *name, hospes_string_t *arguments, hospes_string_t *ret,
                               hospes_types_error_t *error) {
  struct timespec began, ended;
  clock_gettime(CLOCK_MONOTONIC, &began);
  sleep(3600);
  clock_gettime(CLOCK_MONOTONIC, &ended);
  printf("printed %d\n", 7);
  fflush(stdout);
  unsigned char bytes[2][8];
  getentropy(bytes[0], 8);
  getentropy(bytes[1], 8);
  FILE *file = fopen("/etc/passwd", "r");
  *ret = hospes_format("now %lld slept %d files %s environment %s different %d", (long long)time(NULL),
                       ended.tv_sec - began.tv_sec >= 3600, file ? "open" : "closed", getenv("PATH") ? "some" : "none",
                       bytes[0][0] != bytes[1][0] || bytes[0][1] != bytes[1][1]);
  return true;
}
"#,
    );
    project.write("cases/tools-call.json", &case(""));
    let built = project.must("build").await;
    assert!(built.contains("It uses log, clock, random.") && !built.contains("wasi"), "{built}");
    let (_, said) = project.plugin("test").await;
    for wanted in ["now 1767600000 slept 1 files closed environment none different 1", "log info: printed 7"]
    {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}
