package app_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"erratum/internal/article"
	"erratum/internal/redistest"
	"erratum/internal/store/redisstore"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

// TestChaos runs several bots on one store while whatever can die does, and then
// compares what was served with what was stored and what was shown: no watch lost, no
// revision missing or doubled, every change told once. ERRATUM_CHAOS is how many bots
// are killed on each store; `make chaos` says 500.
func TestChaos(t *testing.T) {
	t.Parallel()
	kills := 8
	if n, err := strconv.Atoi(os.Getenv("ERRATUM_CHAOS")); err == nil {
		kills = n
	}
	short := kills < 100
	t.Run("Redis", func(t *testing.T) {
		if short {
			t.Parallel()
		}
		redis := redistest.New(t)
		w := newWire(t, redis.Addr())
		c := &chaos{city: newCityOn(t, "redis://"+w.addr(), 6, "sound"), wire: w, server: func() {
			if err := redis.Kill(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rand.IntN(500)) * time.Millisecond)
			if err := redis.Run(); err != nil {
				t.Fatal(err)
			}
		}}
		c.run(kills, 2, 1)
		c.check(onRedis(redis.URL()))
	})
	t.Run("file", func(t *testing.T) {
		if short {
			t.Parallel()
		}
		path := filepath.Join(t.TempDir(), "erratum.db")
		c := &chaos{city: newCityOn(t, path, 6, "sound")}
		c.run(kills, 4, 2)
		c.check(func(ctx context.Context) (stored, error) {
			return sqlitestore.Open(ctx, sqlitestore.Options{Path: path})
		})
	})
	if short {
		return // a failover takes seconds
	}
	t.Run("Sentinel", func(t *testing.T) {
		g := redistest.NewSentinels(t)
		c := &chaos{city: newCityOn(t, g.URL(), 6, "sound"), server: func() { failOver(t, g.Master(), g.Settle) }}
		c.run(kills/5, 2, 3)
		c.check(onRedis(g.URL()))
	})
	t.Run("Cluster", func(t *testing.T) {
		r := redistest.NewCluster(t)
		c := &chaos{city: newCityOn(t, r.URL(), 6, "sound"), server: func() {
			masters := r.Masters()
			failOver(t, masters[rand.IntN(len(masters))], r.Settle)
		}}
		c.run(kills/5, 2, 4)
		c.check(onRedis(r.URL()))
	})
}

// failOver kills a master for as long as another needs to take its place, or less.
func failOver(t *testing.T, master *redistest.Server, settle func()) {
	t.Helper()
	if err := master.Kill(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Duration(rand.IntN(6000)) * time.Millisecond)
	if err := master.Run(); err != nil {
		t.Fatal(err)
	}
	settle() // the next one is only survived by a replica that is there
}

// onRedis opens what is kept there.
func onRedis(url string) func(context.Context) (stored, error) {
	return func(ctx context.Context) (stored, error) {
		return redisstore.Open(ctx, redisstore.Options{URL: url})
	}
}

// stored is what the checker asks of a store, beside the bots.
type stored interface {
	Watches(ctx context.Context, guild string) ([]watch.Watch, error)
	Revision(ctx context.Context, articleID string, n int) (article.Revision, error)
	Close() error
}

// chaos is a city whose bots, server and network fail.
type chaos struct {
	*city
	wire   *wire  // nil: nothing lies between the bots and their data
	server func() // the server of the data dies and comes back; nil: there is none
	random *rand.Rand
	bots   []*process

	steps, kills, serverKills, freezes, faults int
}

// process is one bot.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{} // closed when it is gone
}

// launch starts a bot, which dies when it passes a point for the nth time.
func (c *city) launch(point string, nth int) *process {
	c.t.Helper()
	p := &process{cmd: c.start(context.WithoutCancel(c.t.Context()), point, nth), ended: make(chan struct{})}
	p.cmd.Stderr = nil // what fails is what is wanted here
	if err := p.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // killed
	}()
	return p
}

// end kills a bot, if it has not died yet.
func (p *process) end() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// run lets fates befall everything until so many bots were killed.
func (c *chaos) run(kills, bots int, seed uint64) {
	c.t.Helper()
	c.random = rand.New(rand.NewPCG(seed, 17))
	for range bots {
		c.bots = append(c.bots, c.launch("", 0))
	}
	defer func() {
		for _, p := range c.bots {
			p.end()
		}
	}()
	for began := time.Now(); c.kills < kills && c.t.Context().Err() == nil; {
		c.changeSome()
		time.Sleep(time.Duration(100+c.random.IntN(500)) * time.Millisecond)
		c.next().befall(c.random.IntN(len(c.bots)))
		if c.steps%50 == 0 {
			c.t.Logf("%4.0f s: %d bots killed, %d servers, %d frozen, %d faults of the network", time.Since(began).Seconds(), c.kills, c.serverKills, c.freezes, c.faults)
		}
	}
	healed := time.Now()
	eventually(c.t, "all is told", c.allTold)
	c.t.Logf("all was told %v after the last fault", time.Since(healed).Round(100*time.Millisecond))
}

// changeSome gives about half of the pages another number.
func (c *chaos) changeSome() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.shown {
		if c.random.IntN(2) == 0 {
			c.shown[i]++
			c.changes++
		}
	}
}

// fate is one thing that goes wrong, and is mended.
type fate struct {
	share  int // of all, roughly in percent
	befall func(victim int)
}

func (c *chaos) fates() []fate {
	all := []fate{{60, c.die}, {15, c.dieAt}, {8, c.freeze}}
	if c.server != nil {
		all = append(all, fate{7, c.serverDies})
	}
	if c.wire != nil {
		all = append(all, fate{10, c.network})
	}
	return all
}

// next picks a fate: each once, then by their shares.
func (c *chaos) next() fate {
	all := c.fates()
	if c.steps++; c.steps <= len(all) {
		return all[c.steps-1]
	}
	sum := 0
	for _, f := range all {
		sum += f.share
	}
	for n := c.random.IntN(sum); ; all = all[1:] {
		if n -= all[0].share; n < 0 {
			return all[0]
		}
	}
}

// die kills a bot at any moment.
func (c *chaos) die(victim int) {
	c.bots[victim].end()
	c.kills++
	c.bots[victim] = c.launch("", 0)
}

func (c *chaos) serverDies(int) {
	c.server()
	c.serverKills++
}

// freeze stops a bot for longer than a lease and shorter than Discord remembers a key.
func (c *chaos) freeze(victim int) {
	p := c.bots[victim].cmd.Process
	_ = p.Signal(syscall.SIGSTOP)
	time.Sleep(time.Duration(1500+c.random.IntN(1000)) * time.Millisecond)
	_ = p.Signal(syscall.SIGCONT)
	c.freezes++
}

// dieAt runs a bot that dies at a named point, unless nothing happens there for long.
func (c *chaos) dieAt(victim int) {
	c.bots[victim].end()
	c.kills++
	points := []string{beforeCommit, afterCommit, beforeSend, afterSend, beforeAck, afterAck}
	p := c.launch(points[c.random.IntN(len(points))], 1+c.random.IntN(3))
	c.changeSome()
	select {
	case <-p.ended:
	case <-time.After(3 * time.Second):
		p.end()
	}
	c.kills++
	c.bots[victim] = c.launch("", 0)
}

// network is one fault between the bots and their server.
func (c *chaos) network(int) {
	c.faults++
	switch c.random.IntN(3) {
	case 0:
		c.wire.cut()
	case 1:
		c.wire.slow(50 * time.Millisecond)
		time.Sleep(time.Second)
	case 2:
		c.wire.swallow()
		time.Sleep(time.Duration(500+c.random.IntN(1500)) * time.Millisecond)
	}
	c.wire.heal()
}

// check compares what was served, stored and shown. What can't be read is a failure,
// too.
func (c *chaos) check(open func(context.Context) (stored, error)) {
	c.t.Helper()
	alerts, problems := c.compare()
	revisions, lost := c.stored(open)
	c.t.Logf("%d changes; %d bots, %d servers killed, %d bots frozen, %d faults of the network: %d revisions, %d alerts", c.changes, c.kills, c.serverKills, c.freezes, c.faults, revisions, alerts)
	if problems = append(problems, lost...); len(problems) > 0 {
		c.t.Errorf("%d problems:\n%s", len(problems), strings.Join(problems, "\n"))
	}
	for _, v := range c.discord.Violations() {
		c.t.Errorf("Discord would have refused: %s", v)
	}
}

var residents = regexp.MustCompile(`brought (\d+) residents`)

// stored reads every revision of every watch: each has another number than the one
// before, and each but the first was told.
func (c *chaos) stored(open func(context.Context) (stored, error)) (revisions int, problems []string) {
	c.t.Helper()
	ctx := c.t.Context()
	s, err := open(ctx)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	watches, err := s.Watches(ctx, guildA)
	if err != nil {
		c.t.Fatal(err)
	}
	if len(watches) != len(c.urls) {
		problems = append(problems, fmt.Sprintf("%d watches of %d are left", len(watches), len(c.urls)))
	}
	told := c.told()
	for _, w := range watches {
		i := slices.Index(c.urls, w.URL)
		if i < 0 {
			problems = append(problems, "a watch of "+w.URL)
			continue
		}
		want := []int{c.first[i]}
		for _, tr := range told[i] {
			want = append(want, tr.after)
		}
		var got []int
		for n := 1; n <= w.Told; n++ {
			r, err := s.Revision(ctx, w.Article, n)
			if err != nil {
				c.t.Fatalf("revision %d of %s: %v", n, w.URL, err)
			}
			got = append(got, number(r))
		}
		revisions += len(got)
		if !slices.Equal(got, want) {
			problems = append(problems, fmt.Sprintf("page %d: revisions %v, told %v", i, got, want))
		}
	}
	return revisions, problems
}

// number is what a revision says of the residents; 0 when it says nothing.
func number(r article.Revision) int {
	for _, b := range r.Article.Blocks {
		if m := residents.FindStringSubmatch(b.Text); m != nil {
			n, _ := strconv.Atoi(m[1])
			return n
		}
	}
	return 0
}

// TestFrozenBotCommitsNothing: a bot that was stopped between decision and commit wakes
// up long after its lease ended, when others have told of two more changes. What it
// decided is worth nothing; a bot that writes it all the same is caught.
func TestFrozenBotCommitsNothing(t *testing.T) {
	t.Parallel()
	for _, mutant := range []string{"sound", "commit without fence"} {
		t.Run(mutant, func(t *testing.T) {
			t.Parallel()
			c := &chaos{city: newCity(t, 1, mutant), random: rand.New(rand.NewPCG(1, 1))}
			c.change()
			cold, says := c.frozen()
			if line := <-says; !strings.Contains(line, "stopped") {
				t.Fatalf("it says %q", line)
			}
			other := c.launch("", 0)
			defer other.end()
			for range 2 {
				eventually(t, "the other bot tells", c.allTold)
				c.change()
			}
			eventually(t, "the other bot tells again", c.allTold)
			if err := cold.cmd.Process.Signal(syscall.SIGCONT); err != nil {
				t.Fatal(err)
			}
			line := <-says
			if wrote := strings.HasSuffix(line, "went on: <nil>"); wrote == (mutant == "sound") {
				t.Fatalf("it says %q", line)
			}
			cold.end()
			c.change()
			eventually(t, "the last change is told", c.allTold)
			_, problems := c.compare()
			_, lost := c.stored(onRedis(c.redis.URL()))
			problems = append(problems, lost...)
			if sound := mutant == "sound"; sound != (len(problems) == 0) {
				t.Errorf("problems: %q", problems)
			}
		})
	}
}

// frozen starts a bot that is stopped before its first commit of news, and gives what it
// says: that it was stopped, and that it went on and ended its commit.
func (c *chaos) frozen() (*process, <-chan string) {
	c.t.Helper()
	cmd := c.start(context.WithoutCancel(c.t.Context()), beforeCommit, 1)
	cmd.Env = append(cmd.Env, envFreeze+"=1")
	cmd.Stderr = nil
	out, err := cmd.StderrPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	p, says := &process{cmd: cmd, ended: make(chan struct{})}, make(chan string, 8)
	go func() {
		defer close(says)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "freeze:") {
				says <- lines.Text()
			}
		}
		_ = cmd.Wait() // killed
		close(p.ended)
	}()
	return p, says
}
