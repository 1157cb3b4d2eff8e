package deploy_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"erratum/internal/store/redisstore"
)

const token = "not-a-real.token"

// secrets runs secrets.sh as a person would.
func secrets(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "secrets.sh", dir)
	cmd.Stdin = strings.NewReader(token + "\n")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("secrets.sh: %v\n%s", err, said)
	}
}

func TestSecrets(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "secrets")
	secrets(t, dir)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v, %v: others must be kept out", info.Mode(), err)
	}
	before := map[string]string{}
	for _, name := range keys(at(compose(t, "compose.yaml"), "secrets")) {
		before[name] = read(t, filepath.Join(dir, name))
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o644 {
			t.Errorf("%s is %v, %v: the containers read it as other users", name, info.Mode(), err)
		}
	}
	if before["discord_token"] != token+"\n" {
		t.Errorf("the token is %q", before["discord_token"])
	}
	u, err := url.Parse(strings.TrimSpace(before["redis_url"]))
	if err != nil {
		t.Fatal(err)
	}
	if password, _ := u.User.Password(); len(password) < 64 || strings.Contains(before["redis_users"], password) {
		t.Errorf("the password is short, or stands in redis's file")
	}
	secrets(t, dir)
	for name, text := range before {
		if read(t, filepath.Join(dir, name)) != text {
			t.Errorf("%s was made anew: the bot would be locked out", name)
		}
	}
}

// TestRedisAsComposed starts a redis-server by the command of compose.yaml, with the
// users that secrets.sh makes, and opens the store on it by the address it makes.
func TestRedisAsComposed(t *testing.T) {
	dir := t.TempDir()
	secrets(t, dir)
	service := at(compose(t, "compose.yaml"), "services", "redis")
	port := startRedis(t, dir, words(at(service, "command")))

	u, err := url.Parse(strings.TrimSpace(read(t, filepath.Join(dir, "redis_url"))))
	if err != nil || u.Host != "redis:6379" {
		t.Fatalf("the address is for %q, not for the service: %v", u.Host, err)
	}
	u.Host = "127.0.0.1:" + port
	s, err := redisstore.Open(t.Context(), redisstore.Options{URL: u.String()})
	if err != nil {
		t.Fatal(err)
	}
	if weak, err := s.Weaknesses(t.Context()); err != nil || len(weak) > 0 {
		t.Errorf("the store may lose data: %v, %v", weak, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for _, user := range []string{"", "health:any@", "erratum:wrong@"} {
		if _, err := redisstore.Open(t.Context(), redisstore.Options{URL: "redis://" + user + "127.0.0.1:" + port}); err == nil {
			t.Errorf("the store opens as %q", user)
		}
	}

	check := words(at(service, "healthcheck", "test"))[1]
	ask := func(port string) error {
		return exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(check, "redis-cli ", "redis-cli -p "+port+" ")).Run()
	}
	if err := ask(port); err != nil {
		t.Errorf("the health check fails on a sound server: %v", err)
	}
	if ask("1") == nil {
		t.Error("the health check passes without a server")
	}
}

// startRedis runs the command of the service on a free port with its data in dir, and
// waits until it answers.
func startRedis(t *testing.T, dir string, command []string) (port string) {
	t.Helper()
	var args []string
	for _, w := range command[1:] {
		args = append(args, strings.ReplaceAll(w, "/run/secrets", dir))
	}
	for range 10 {
		port = freePort(t)
		log := filepath.Join(dir, "log")
		cmd := exec.Command(command[0], append(args, "--port", port, "--bind", "127.0.0.1", "--dir", dir, "--logfile", log)...) //nolint:gosec,noctx // our own file; ended below
		if err := cmd.Start(); err != nil {
			t.Fatalf("%v: `sh tools/redis.sh` installs it", err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		if answers(t.Context(), port, ended) {
			t.Cleanup(func() {
				if err := cmd.Process.Kill(); err != nil {
					t.Error(err)
				}
				if err := <-ended; err == nil {
					t.Error("redis-server ended by itself")
				}
			})
			return port
		}
		_ = cmd.Process.Kill()
		if said, _ := os.ReadFile(log); !strings.Contains(string(said), "in use") {
			t.Fatalf("redis-server does not answer: %s", said)
		}
	}
	t.Fatal("no free port was found")
	return ""
}

// answers waits until the server listens, or has ended.
func answers(ctx context.Context, port string, ended chan error) bool {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		select {
		case err := <-ended:
			ended <- err
			return false
		case <-time.After(10 * time.Millisecond):
		}
		if c, err := new(net.Dialer).DialContext(ctx, "tcp", "127.0.0.1:"+port); err == nil {
			_, err = fmt.Fprint(c, "PING\r\n")
			return c.Close() == nil && err == nil
		}
	}
	return false
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}
