package app_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"erratum/internal/discordtest"
	"erratum/internal/newstest"
	"erratum/internal/redistest"
)

// TestKilledOnDiscordAndRedis kills the bot at named points while articles change,
// and Redis besides, and compares what the channel shows with what happened. The
// long form (ERRATUM_LONG=1) tells more than 2,000 alerts.
func TestKilledOnDiscordAndRedis(t *testing.T) {
	t.Parallel()
	pages, rounds, redisEvery := 6, 2, 5
	if os.Getenv("ERRATUM_LONG") != "" {
		pages, rounds, redisEvery = 40, 20, 9
	}
	c := newCity(t, pages, "")
	random := rand.New(rand.NewPCG(3, 5))
	kills, redisKills := 0, 0
	for range rounds {
		for _, point := range []string{beforeCommit, afterCommit, beforeSend, afterSend, beforeAck, afterAck} {
			c.change()
			c.runAndDie(point, 1+random.IntN(pages))
			if kills++; kills%redisEvery == 0 {
				if err := errors.Join(c.redis.Kill(), c.redis.Run()); err != nil {
					t.Fatal(err)
				}
				redisKills++
			}
		}
	}
	c.finish()
	alerts, problems := c.compare()
	t.Logf("%d pages, %d changes, %d kills of the bot, %d of Redis: %d alerts shown", pages, c.changes, kills, redisKills, alerts)
	if len(problems) > 0 {
		t.Errorf("%d problems:\n%s", len(problems), strings.Join(problems, "\n"))
	}
	for _, v := range c.discord.Violations() {
		t.Errorf("Discord would have refused: %s", v)
	}
	if n := c.discord.InvalidRequests(); n > 0 {
		t.Errorf("%d invalid requests", n)
	}
}

// TestKilledOnDiscordCatchesMutants: the comparison sees a bot that acknowledges
// before it sends, and one whose messages carry no key.
func TestKilledOnDiscordCatchesMutants(t *testing.T) {
	t.Parallel()
	for mutant, point := range map[string]string{"mark-then-send": beforeSend, "send-then-mark": beforeAck} {
		t.Run(mutant, func(t *testing.T) {
			t.Parallel()
			c := newCity(t, 3, mutant)
			for range 3 {
				c.change()
				c.runAndDie(point, 1)
			}
			c.finish()
			if _, problems := c.compare(); len(problems) == 0 {
				t.Errorf("the comparison does not notice a bot that does %s", mutant)
			}
		})
	}
}

// city is a world of pages whose channel is on a local Discord.
type city struct {
	t       *testing.T
	redis   *redistest.Server // nil when the data is elsewhere
	data    string            // where the data is: a file, or a Redis
	discord *discordtest.Server
	urls    []string
	mutant  string
	// patience is how long a user waits for an answer; 0: 30 s.
	patience time.Duration

	looks atomic.Int64 // requests for pages

	mu      sync.Mutex
	first   []int
	shown   []int
	changes int
}

// newCity makes a city whose data is on a Redis of its own.
func newCity(t *testing.T, pages int, mutant string) *city {
	t.Helper()
	redis := redistest.New(t)
	c := newCityOn(t, redis.URL(), pages, mutant)
	c.redis = redis
	return c
}

func newCityOn(t *testing.T, data string, pages int, mutant string) *city {
	t.Helper()
	c := &city{t: t, data: data, mutant: mutant, first: make([]int, pages), shown: make([]int, pages)}
	for i := range c.shown {
		c.first[i] = 1000 * (i + 1)
		c.shown[i] = c.first[i]
	}
	base := c.open(c.page)
	for i := range pages {
		c.urls = append(c.urls, fmt.Sprintf("%s/news/%d", base, i))
	}
	c.watchAll()
	return c
}

// open starts the local Discord and the site, and returns the site's address.
func (c *city) open(site http.HandlerFunc) string {
	t := c.t
	t.Helper()
	var err error
	c.discord, err = discordtest.New(discordtest.Options{
		Token: testToken, Patience: cmp.Or(c.patience, 30*time.Second),
		// Buckets off, and a key forgotten after seconds: what is older is looked up. The
		// key outlives an attempt, as it does with the real one.
		ChannelRate: discordtest.Rate{Limit: -1}, GlobalRate: discordtest.Rate{Limit: -1}, NonceWindow: 3 * time.Second,
		Guilds: []discordtest.Guild{{ID: guildA, Name: "Newsroom", OwnerID: "400000000000000001", Channels: []discordtest.Channel{{ID: channelA, Name: "corrections"}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.discord.Start(ln); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.discord.Close() })
	news, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server := newstest.Start(site, news)
	t.Cleanup(func() { _ = server.Close() })
	return server.URL()
}

func (c *city) page(w http.ResponseWriter, r *http.Request) {
	c.looks.Add(1)
	i, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/news/"))
	if err != nil || i < 0 || i >= len(c.shown) {
		http.NotFound(w, r)
		return
	}
	c.mu.Lock()
	n := c.shown[i]
	c.mu.Unlock()
	flood(w, fmt.Sprintf("Brennmoor ward %d", i), n)
}

func (c *city) change() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.shown {
		c.shown[i]++
		c.changes++
	}
}

func (c *city) start(ctx context.Context, point string, nth int) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), envDiscord+"="+c.discord.URL(), envData+"="+c.data,
		envPoint+"="+point, envNth+"="+strconv.Itoa(nth), envMutant+"="+c.mutant)
	cmd.Stderr = os.Stderr
	return cmd
}

// does lets an editor use a command in the channel.
func (c *city) does(command string, options ...discordtest.Option) (*discordtest.Response, error) {
	return c.discord.Interact(discordtest.Interaction{
		GuildID: guildA, ChannelID: channelA, Command: command, Options: options,
		Permissions: manageServer | 1<<10 | 1<<11 | 1<<31, User: discordtest.User{ID: "500000000000000001", Name: "editor"},
	})
}

// watchAll adds every page by slash command.
func (c *city) watchAll() {
	c.t.Helper()
	c.runUntil(func() bool {
		for _, u := range c.urls {
			r, err := c.does("watch add", option("url", u))
			if err != nil || r.Message == nil || !strings.Contains(read(*r.Message), "Watching") {
				c.t.Fatalf("watch add: %v, %+v", err, r)
			}
		}
		return true
	})
}

func (c *city) runAndDie(point string, nth int) {
	c.t.Helper()
	c.dieWithin(point, nth, 60*time.Second)
}

func (c *city) dieWithin(point string, nth int, patience time.Duration) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	err := c.start(ctx, point, nth).Run()
	var died *exec.ExitError
	if !errors.As(err, &died) || ctx.Err() != nil || died.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		c.t.Fatalf("the bot did not die at %q: %v, %v", point, err, ctx.Err())
	}
}

// runUntil runs a bot until done, which is asked when the bot has the session: that of one
// that was killed may look alive for a moment, and answers nobody.
func (c *city) runUntil(done func() bool) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 120*time.Second)
	defer cancel()
	before := c.discord.Identifies()
	cmd := c.start(ctx, "", 0)
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	for !(c.discord.Identifies() > before && c.discord.Connected() > 0 && done()) && ctx.Err() == nil {
		time.Sleep(50 * time.Millisecond)
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		c.t.Errorf("the bot did not end in peace: %v", err)
	}
}

func (c *city) finish() {
	c.t.Helper()
	patience := 90 * time.Second
	if c.mutant != "" {
		patience = 8 * time.Second // what it lost does not come
	}
	deadline := time.Now().Add(patience)
	c.runUntil(func() bool {
		return c.allTold() || time.Now().After(deadline)
	})
}

var wardURL = regexp.MustCompile(`/news/(\d+)`)

// told reads from the channel what was shown of each page, oldest first.
func (c *city) told() [][]transition {
	out := make([][]transition, len(c.shown))
	for _, m := range c.discord.Messages(channelA) {
		if len(m.Embeds) == 0 {
			continue
		}
		page := wardURL.FindStringSubmatch(m.Embeds[0].URL)
		if page == nil {
			continue
		}
		i, _ := strconv.Atoi(page[1])
		for _, e := range m.Embeds { // a burst is one message with a card for each change
			change := arrow.FindStringSubmatch(strings.ReplaceAll(e.Description, `\`, ""))
			if change == nil {
				continue
			}
			before, _ := strconv.Atoi(strings.ReplaceAll(change[1], ",", ""))
			after, _ := strconv.Atoi(strings.ReplaceAll(change[2], ",", ""))
			out[i] = append(out[i], transition{before, after})
		}
	}
	return out
}

func (c *city) compare() (alerts int, problems []string) {
	for i, told := range c.told() {
		at := c.first[i]
		alerts += len(told)
		for _, tr := range told {
			if tr.before != at {
				problems = append(problems, fmt.Sprintf("page %d: told %d → %d when %d was the last heard", i, tr.before, tr.after, at))
			}
			at = tr.after
		}
		if at != c.shown[i] {
			problems = append(problems, fmt.Sprintf("page %d: shows %d, last told is %d", i, c.shown[i], at))
		}
	}
	return alerts, problems
}
