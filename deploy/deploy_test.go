// Package deploy_test checks the files with which the bot is run, where there is only
// Go: no container engine, no YAML library, no systemd. It holds them to what the
// store and the security of a host need. tools/deploylint.sh runs it, and asks the
// real tools where they are installed.
package deploy_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"erratum/internal/app"
)

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// compose reads one of the compose files.
func compose(t *testing.T, path string) map[string]any {
	t.Helper()
	v, err := parseYAML(read(t, path))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	m, ok := v.(map[string]any)
	if !ok {
		t.Fatalf("%s is no map", path)
	}
	return m
}

// at walks down the keys of maps; nil when there is nothing.
func at(v any, keys ...string) any {
	for _, k := range keys {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

func words(v any) []string {
	var out []string
	list, _ := v.([]any)
	for _, w := range list {
		s, _ := w.(string)
		out = append(out, s)
	}
	return out
}

// keys are a map's keys, sorted.
func keys(v any) []string {
	var out []string
	m, _ := v.(map[string]any)
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func TestComposeServices(t *testing.T) {
	for file, want := range map[string][]string{"compose.yaml": {"bot", "redis"}, "compose.file.yaml": {"bot"}} {
		c := compose(t, file)
		if got := keys(at(c, "services")); !cmp.Equal(got, want) {
			t.Errorf("%s: services %v, want %v", file, got, want)
		}
		for _, name := range want {
			t.Run(file+"/"+name, func(t *testing.T) { checkService(t, at(c, "services", name), c) })
		}
	}
}

// checkService holds a service to what every one of ours must be.
func checkService(t *testing.T, s any, file map[string]any) {
	image, _ := at(s, "image").(string)
	if _, tag, ok := strings.Cut(image, ":"); !ok || tag == "" || tag == "latest" {
		t.Errorf("image %q: name a version", image)
	}
	if got := at(s, "read_only"); got != "true" {
		t.Errorf("read_only is %v", got)
	}
	if got := words(at(s, "cap_drop")); !cmp.Equal(got, []string{"ALL"}) {
		t.Errorf("cap_drop is %v", got)
	}
	if got := words(at(s, "security_opt")); !cmp.Equal(got, []string{"no-new-privileges:true"}) {
		t.Errorf("security_opt is %v", got)
	}
	if got, _ := at(s, "user").(string); got == "" || strings.HasPrefix(got, "0") || strings.HasPrefix(got, "root") {
		t.Errorf("user is %q", got)
	}
	if got := at(s, "restart"); got != "unless-stopped" {
		t.Errorf("restart is %v", got)
	}
	if got := words(at(s, "tmpfs")); len(got) != 1 || !strings.HasPrefix(got[0], "/tmp:") || !strings.Contains(got[0], "size=") {
		t.Errorf("tmpfs is %v, want one bounded /tmp", got)
	}
	for _, never := range []string{"ports", "privileged", "cap_add", "network_mode", "pid", "ipc", "userns_mode", "devices"} {
		if at(s, never) != nil {
			t.Errorf("has %s", never)
		}
	}
	for _, secret := range words(at(s, "secrets")) {
		if path, _ := at(file, "secrets", secret, "file").(string); path != "./secrets/"+secret {
			t.Errorf("secret %s is in %q", secret, path)
		}
	}
	checkEnvironment(t, s)
}

// checkEnvironment finds settings that do not exist, secrets that are not in files,
// and files of secrets that the service does not get.
func checkEnvironment(t *testing.T, s any) {
	known := settings()
	for _, name := range keys(at(s, "environment")) {
		value, _ := at(s, "environment", name).(string)
		base, isFile := strings.CutSuffix(name, "_FILE")
		if _, ok := known[base]; !ok {
			t.Errorf("%s is no setting", name)
		}
		if isSecret(base) && !isFile {
			t.Errorf("%s: secrets belong in files", name)
		}
		if secret, ok := strings.CutPrefix(value, "/run/secrets/"); isFile && (!ok || !slices.Contains(words(at(s, "secrets")), secret)) {
			t.Errorf("%s names %s, which is no secret of this service", name, value)
		}
	}
	if at(s, "environment") == nil {
		return
	}
	if at(s, "environment", "ERRATUM_DISCORD_TOKEN_FILE") == nil {
		t.Error("the bot gets no token")
	}
}

func TestComposeRedisForgetsNothing(t *testing.T) {
	c := compose(t, "compose.yaml")
	redis := at(c, "services", "redis")
	command := words(at(redis, "command"))
	for option, want := range map[string]string{
		"--appendonly": "yes", "--appendfsync": "always", "--maxmemory-policy": "noeviction", "--aclfile": "/run/secrets/redis_users",
	} {
		if i := slices.Index(command, option); i < 0 || i+1 == len(command) || command[i+1] != want {
			t.Errorf("redis is not started with %s %s: %v", option, want, command)
		}
	}
	if slices.ContainsFunc(command, func(w string) bool { return strings.Contains(w, "requirepass") }) {
		t.Error("the password stands on redis's command line, where everyone reads it")
	}
	if image, _ := at(redis, "image").(string); !strings.HasPrefix(image, "redis:7") {
		t.Errorf("image is %s", image)
	}
	volumes := words(at(redis, "volumes"))
	if !cmp.Equal(volumes, []string{"redis:/data"}) || at(c, "volumes", "redis") == nil {
		t.Errorf("volumes are %v", volumes)
	}
	if len(words(at(redis, "healthcheck", "test"))) != 2 {
		t.Error("redis has no health check")
	}
	if got := at(c, "services", "bot", "depends_on", "redis", "condition"); got != "service_healthy" {
		t.Errorf("the bot waits for redis until %v", got)
	}
	for _, network := range words(at(redis, "networks")) {
		if at(c, "networks", network, "internal") != "true" {
			t.Errorf("redis is on the network %s, which leads out", network)
		}
	}
}

func TestDockerfile(t *testing.T) {
	text := read(t, "Dockerfile")
	_, final, _ := strings.Cut(text, "\nFROM scratch\n")
	if final == "" || strings.Contains(final, "\nFROM ") {
		t.Fatal("the image is not made from scratch")
	}
	version := regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(read(t, "../go.mod"))
	if base := "FROM golang:" + version[1] + " AS build"; !strings.Contains(text, "\n"+base+"\n") {
		t.Errorf("the program is not built by the Go of go.mod: want %q", base)
	}
	for _, want := range []string{
		"\nUSER 65532:65532\n", "\nHEALTHCHECK ", `CMD ["/bot", "health"]`, "\nENTRYPOINT [\"/bot\"]\n", "\nCMD [\"run\"]\n",
	} {
		if !strings.Contains(final, want) {
			t.Errorf("the image lacks %q", want)
		}
	}
	for _, want := range []string{"CGO_ENABLED=0 go build", "ca-certificates.crt", "zoneinfo.zip"} {
		if !strings.Contains(text, want) {
			t.Errorf("the build lacks %q", want)
		}
	}
	if bad := regexp.MustCompile(`(?m):latest|^ADD |^COPY \. |^VOLUME|TOKEN=|PASSWORD`).FindString(text); bad != "" {
		t.Errorf("%q has no place in it", bad)
	}
}

// settings are the first names of all variables and their defaults.
func settings() map[string]string {
	out := map[string]string{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[app.Config]()) {
		if tag := f.Tag.Get("env"); tag != "" {
			name, _, _ := strings.Cut(tag, ",")
			out[name] = f.Tag.Get("default")
		}
	}
	return out
}

// isSecret reports whether a setting's value must never stand in a file of settings.
func isSecret(name string) bool {
	return strings.HasSuffix(name, "_TOKEN") || name == "ERRATUM_REDIS_URL"
}

func TestEnvExampleIsComplete(t *testing.T) {
	shown := map[string]bool{}
	known := settings()
	for line := range strings.Lines(read(t, ".env.example")) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		name, value, ok := strings.Cut(strings.TrimPrefix(line, "#"), "=")
		base := strings.TrimSuffix(name, "_FILE")
		def, isSetting := known[base]
		switch {
		case !ok || !strings.HasPrefix(line, "#"):
			t.Errorf("%q: every setting is commented out", line)
		case !isSetting:
			t.Errorf("%s is no setting", name)
		case shown[base]:
			t.Errorf("%s comes twice", base)
		case isSecret(base) && name == base:
			t.Errorf("%s: name its file", name)
		case def != "" && value != def:
			t.Errorf("%s: the default is %q, not %q", name, def, value)
		}
		shown[base] = true
	}
	for name := range known {
		if !shown[name] {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestUnit(t *testing.T) {
	text := read(t, "erratum.service")
	lines := strings.Split(text, "\n")
	for _, want := range []string{
		"DynamicUser=yes", "StateDirectory=erratum", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "NoNewPrivileges=yes",
		"CapabilityBoundingSet=", "SystemCallFilter=@system-service", "Restart=on-failure", "LoadCredential=discord_token:/etc/erratum/discord_token",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("the unit lacks %s", want)
		}
	}
	known := settings()
	for _, m := range regexp.MustCompile(`(?m)^#?\s*Environment=(ERRATUM_\w+)=`).FindAllStringSubmatch(text, -1) {
		base, isFile := strings.CutSuffix(m[1], "_FILE")
		if _, ok := known[base]; !ok {
			t.Errorf("%s is no setting", m[1])
		}
		if isSecret(base) && !isFile {
			t.Errorf("%s: secrets belong in files", m[1])
		}
	}
	restart := regexp.MustCompile(`(?m)^RestartSec=(\d+s)$`).FindStringSubmatch(text)
	if restart == nil {
		t.Fatal("the unit lacks RestartSec")
	}
	if wait, err := time.ParseDuration(restart[1]); err != nil || 1000*wait < 24*time.Hour {
		t.Errorf("RestartSec is %s: 1,000 sign-ins a day cost the token", restart[1])
	}
}

func TestYAMLReaderRefuses(t *testing.T) {
	for _, bad := range []string{
		"", "a: 1\na: 2\n", "a: &x 1\n", "a: *x\n", "a: |\n  text\n", "a:\n", "a:\n   b: 1\n", "a: 1\n  b: 2\n", "a: [\"1\" 2]\n",
		"a: \"x\n", "\ta: 1\n", "a: 1 # note\n", "a: b: c\n", "- a\nb: 1\n", "a: {b: 1}\n", "a: 'x'\n",
	} {
		if v, err := parseYAML(bad); err == nil {
			t.Errorf("%q was read as %v", bad, v)
		}
	}
	got, err := parseYAML("# c\na:\n  - b: \"x, #\"\n    c: [1, \"2, 3\", d]\n  - e:f\nz: {}\n")
	want := map[string]any{"a": []any{map[string]any{"b": "x, #", "c": []any{"1", "2, 3", "d"}}, "e:f"}, "z": map[string]any{}}
	if err != nil || !cmp.Equal(got, any(want)) {
		t.Errorf("got %v, %v", got, err)
	}
}
