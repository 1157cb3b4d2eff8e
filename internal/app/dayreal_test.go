package app_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"erratum/internal/discordtest"
	"erratum/internal/newstest"
	"erratum/internal/redistest"
	"erratum/internal/store/redisstore"
	"erratum/internal/watch"
)

// TestADayThroughTheBinary lives the day through the program as it is built and started, in
// two processes over a real Redis, over TLS to what takes itself for Discord. Hours do not
// pass: what the store remembers is made older instead, which is the same to those who
// use it.
func TestADayThroughTheBinary(t *testing.T) {
	t.Parallel()
	switch {
	case testing.Short():
		t.Skip("half a minute; TestADayInAGuild lives the same day in this process")
	case raced:
		t.Skip("the programs are other processes, in which nothing is raced")
	case *update:
		t.Skip("TestADayInAGuild writes what this is held against")
	case runtime.GOOS == "darwin" || runtime.GOOS == "windows":
		t.Skip("Go takes no certificates from SSL_CERT_FILE here")
	}
	d := newWorkday(t)
	d.onDiscord(discordtest.Options{Patience: time.Minute, Gateway: "wss://gateway.discord.gg/gateway"})
	t.Cleanup(func() { _ = d.discord.Close() })
	d.where = newTown(t, d)
	d.live()
}

// town is where programs are processes of their own, over one Redis.
type town struct {
	t       *testing.T
	discord *discordtest.Server
	news    *newstest.Server
	store   *redisstore.Store
	past    *past
	binary  string
	environ []string
}

func newTown(t *testing.T, d *workday) *town {
	t.Helper()
	ln, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	redis := redistest.New(t)
	w := &town{
		t: t, discord: d.discord, news: newstest.Start(unhurried(d.serve), ln), past: newPast(t, redis.Addr()),
		binary: build(t),
	}
	t.Cleanup(func() { _ = w.news.Close() })
	if w.store, err = redisstore.Open(t.Context(), redisstore.Options{URL: redis.URL()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	w.environ = append(newTunnel(t, d.discord.Handler(), "discord.com", "gateway.discord.gg").environ(),
		"ERRATUM_DISCORD_TOKEN="+testToken, "ERRATUM_REDIS_URL="+redis.URL(), "ERRATUM_ALLOW_LOOPBACK=true", "ERRATUM_HEALTH=off",
		"ERRATUM_WORKERS=1", "ERRATUM_HOST_SPACING="+spacing.String())
	return w
}

// build builds the program and says where it is.
func build(t *testing.T) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "bot")
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "erratum/cmd/bot").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, said)
	}
	return binary
}

// spacing is the least time between two requests to one host that may be set.
const spacing = 100 * time.Millisecond

// unhurried is a site that takes longer for a page than the next must wait for its turn:
// whoever has read one finds the next due, and needs no tick of a second.
func unhurried(site http.HandlerFunc) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		time.Sleep(spacing + spacing/5)
		site(rw, r)
	}
}

func (w *town) site() string { return w.news.URL() }

const (
	// soon is how long before something comes due nothing else is begun.
	soon = 2 * time.Second
	// round is the longest between two looks at a fresh article, by its schedule.
	round = 5*time.Minute + 30*time.Second
)

// pass makes the past older in steps: by a round, or until a text that is held may be looked
// at again.
func (w *town) pass(d time.Duration) {
	w.t.Helper()
	held := w.idle()
	for d > 0 {
		step := min(d, round)
		if held > 0 {
			step = min(step, held)
		}
		w.past.recede(step)
		d -= step
		held = w.idle()
	}
}

// idle waits until nothing is due and nothing waits to be told, and says when the first text
// that is held may be looked at again; 0: none is.
func (w *town) idle() (held time.Duration) {
	w.t.Helper()
	eventually(w.t, "nothing is due", w.quiet)
	for _, one := range w.watches() {
		st, err := w.store.State(w.t.Context(), one.Article)
		if err != nil {
			w.t.Fatal(err)
		}
		if st.Pending == nil {
			continue
		}
		if in := time.Until(st.Pending.Next).Truncate(time.Second) + time.Second; held == 0 || in < held {
			held = in
		}
	}
	return held
}

// quiet reports whether nothing is due, nothing waits to be told, and all is written.
func (w *town) quiet() bool {
	w.t.Helper()
	ctx := w.t.Context()
	feeds, err := w.store.Feeds(ctx, guildA)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range feeds {
		if time.Until(f.Due) < soon {
			return false
		}
	}
	for _, one := range w.watches() {
		at, err := w.store.Due(ctx, one.Article)
		if err != nil {
			w.t.Fatal(err)
		}
		if time.Until(at) < soon {
			return false
		}
	}
	health, err := w.store.Health(ctx, guildA)
	if err != nil {
		w.t.Fatal(err)
	}
	return health.Queued == 0 && w.titled()
}

// titled reports whether the index has the title of every article: it is written after the
// check that found it.
func (w *town) titled() bool {
	w.t.Helper()
	titles, err := w.store.Titles(w.t.Context(), guildA)
	if err != nil {
		w.t.Fatal(err)
	}
	return !slices.ContainsFunc(titles, func(t watch.Title) bool { return t.Title == "" })
}

func (w *town) watches() []watch.Watch {
	w.t.Helper()
	all, err := w.store.Watches(w.t.Context(), guildA)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

func (w *town) start() program {
	w.t.Helper()
	p := &daemon{town: w, cmd: exec.CommandContext(context.WithoutCancel(w.t.Context()), w.binary, "run"), ended: make(chan error, 1)}
	p.cmd.Env, p.cmd.Stderr = w.environ, &p.log
	before := w.discord.Identifies()
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	w.t.Cleanup(func() {
		p.end(syscall.SIGKILL)
		if w.t.Failed() {
			w.t.Logf("a bot said\n%s", p.log.String())
		}
	})
	eventually(w.t, "the bot has the session or waits for it", func() bool {
		return w.discord.Identifies() > before && w.discord.Connected() > 0 || strings.Contains(p.log.String(), "standing by")
	})
	return p
}

// daemon is a process of the built program.
type daemon struct {
	*town
	cmd   *exec.Cmd
	log   log
	ended chan error
	gone  bool
}

func (p *daemon) stop() { p.end(syscall.SIGTERM) }

// kill kills the bot while it checks nothing: what it has leased would be nobody's for
// minutes. TestKilledOnDiscordAndRedis has no such regard.
func (p *daemon) kill() {
	p.t.Helper()
	p.idle()
	p.end(syscall.SIGKILL)
}

// end ends the bot, if it runs. One that is not killed ends in peace.
func (p *daemon) end(by os.Signal) {
	p.t.Helper()
	if p.gone {
		return
	}
	p.gone = true
	if err := p.cmd.Process.Signal(by); err != nil {
		p.t.Errorf("the bot had ended: %v", err)
	}
	if err := <-p.ended; err != nil && by != syscall.SIGKILL {
		p.t.Errorf("the bot did not end in peace: %v", err)
	}
	if strings.Contains(p.log.String(), "level=ERROR") {
		p.t.Errorf("the bot had errors")
	}
}

// log is what a program said so far.
type log struct {
	mu   sync.Mutex
	said bytes.Buffer
}

// Write implements io.Writer.
func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.said.Write(b)
}

// String is all of it.
func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.said.String()
}
