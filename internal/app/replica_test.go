package app_test

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"erratum/internal/discordtest"
	"erratum/internal/redistest"
)

// TestReplicas runs two bots on one Redis. One of them answers, both check and tell;
// when the one that answers is killed, the other does, within ten seconds, and what
// changes meanwhile is told once.
func TestReplicas(t *testing.T) {
	t.Parallel()
	c := newCity(t, 4, "")
	first := c.replica()
	eventually(t, "one bot answers", func() bool { return c.discord.Connected() > 0 })
	c.replica()
	c.change()
	eventually(t, "the first change is told", c.allTold)
	before := c.discord.Identifies()
	first.end()
	killed := time.Now()
	c.change()
	eventually(t, "the other bot has a session", func() bool { return c.discord.Identifies() > before && c.discord.Connected() > 0 })
	r, err := c.does("watch list")
	if err != nil || r.Message == nil || !strings.Contains(read(*r.Message), "4 watches") {
		t.Fatalf("watch list: %v, %+v", err, r)
	}
	t.Logf("another bot answered %v after the first was killed", time.Since(killed).Round(100*time.Millisecond))
	eventually(t, "the second change is told", c.allTold)
	alerts, problems := c.compare()
	if len(problems) > 0 || alerts != c.changes {
		t.Errorf("%d alerts of %d changes; %s", alerts, c.changes, strings.Join(problems, "\n"))
	}
	if n := c.discord.Identifies(); n != before+1 {
		t.Errorf("%d sessions were begun after %d", n, before)
	}
	for _, v := range c.discord.Violations() {
		t.Errorf("Discord would have refused: %s", v)
	}
}

// replica starts a bot that lives until the test ends.
func (c *city) replica() *process {
	c.t.Helper()
	p := c.launch("", 0)
	c.t.Cleanup(p.end)
	return p
}

// allTold reports whether the channel was told of what each page shows.
func (c *city) allTold() bool {
	told := c.told()
	for i, n := range c.shown {
		if len(told[i]) == 0 || told[i][len(told[i])-1].after != n {
			return false
		}
	}
	return true
}

// eventually waits for what other programs do in their own time.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// TestRedisAway: while Redis is away, however it is, commands are answered with what is
// wrong, and when it is back checks go on by themselves: what changed meanwhile is told
// once. The long form (ERRATUM_LONG=1) has it away for two minutes.
func TestRedisAway(t *testing.T) {
	t.Parallel()
	away := 8 * time.Second
	if os.Getenv("ERRATUM_LONG") != "" {
		away = 2 * time.Minute
	}
	for name, fault := range map[string]func(o *outage) (mend func() error){
		"killed": func(o *outage) func() error {
			if err := o.redis.Kill(); err != nil {
				t.Fatal(err)
			}
			return o.redis.Run
		},
		"stopped": func(o *outage) func() error {
			if err := o.redis.Signal(syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
			return func() error { return o.redis.Signal(syscall.SIGCONT) }
		},
		"silent network": func(o *outage) func() error {
			o.wire.swallow()
			return func() error { o.wire.heal(); return nil }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			redis := redistest.New(t)
			w := newWire(t, redis.Addr())
			o := &outage{city: newCityOn(t, "redis://"+w.addr(), 3, ""), wire: w}
			o.redis = redis
			o.run(away, fault)
		})
	}
}

// TestRedisAwayAtStart: a bot that is started while its Redis is away waits for it.
func TestRedisAwayAtStart(t *testing.T) {
	t.Parallel()
	c := newCity(t, 1, "")
	if err := c.redis.Kill(); err != nil {
		t.Fatal(err)
	}
	p := c.replica()
	c.change()
	select {
	case <-p.ended:
		t.Fatal("the bot ended")
	case <-time.After(3 * time.Second): // it ended at once when it did not wait
	}
	if err := c.redis.Run(); err != nil {
		t.Fatal(err)
	}
	back := time.Now()
	eventually(t, "what changed meanwhile is told", c.allTold)
	t.Logf("told %v after Redis was there", time.Since(back).Round(time.Millisecond))
}

// outage is a city with two bots whose Redis goes away.
type outage struct {
	*city
	wire *wire
}

func (o *outage) run(away time.Duration, fault func(*outage) func() error) {
	t := o.t
	o.replica()
	eventually(t, "a bot answers", func() bool { return o.discord.Connected() > 0 })
	o.replica()
	o.change()
	eventually(t, "a change is told", o.allTold)
	sessions := o.discord.Identifies()
	mend := fault(o)
	var slowest time.Duration
	for began := time.Now(); time.Since(began) < away; time.Sleep(away / 20) {
		o.change()
		for command, options := range map[string][]discordtest.Option{"watch list": nil, "status": nil, "watch add": {option("url", o.urls[0])}} {
			asked := time.Now()
			r, err := o.does(command, options...)
			if err != nil || r.Message == nil {
				t.Fatalf("%s: %v, %+v, after %v", command, err, r, time.Since(asked))
			}
			if said := read(*r.Message); !strings.Contains(said, "can't be reached") {
				t.Errorf("%s: %q", command, said)
			}
			t.Logf("%s after %v: %v", command, time.Since(began).Round(time.Second), time.Since(asked).Round(time.Millisecond))
			slowest = max(slowest, time.Since(asked))
		}
	}
	if err := mend(); err != nil {
		t.Fatal(err)
	}
	back := time.Now()
	eventually(t, "commands are answered again", func() bool {
		r, err := o.does("watch list")
		return err == nil && r.Message != nil && strings.Contains(read(*r.Message), "3 watches")
	})
	answered := time.Since(back)
	eventually(t, "what changed meanwhile is told", o.allTold)
	t.Logf("away for %v: the slowest answer took %v; back, commands were answered after %v and all was told after %v; %d sessions were begun",
		away, slowest.Round(time.Millisecond), answered.Round(time.Millisecond), time.Since(back).Round(time.Millisecond), o.discord.Identifies()-sessions)
	if _, problems := o.compare(); len(problems) > 0 {
		t.Errorf("%s", strings.Join(problems, "\n"))
	}
	for _, v := range o.discord.Violations() {
		t.Errorf("Discord would have refused: %s", v)
	}
}
