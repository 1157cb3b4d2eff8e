package app_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/discordtest"
	"erratum/internal/store/redisstore"
)

// TestQuietHoursOnRedis kills the bot and Redis while a guild has quiet hours and its
// pages change: nothing is told meanwhile, and afterwards each page's change is, once and
// as a sum.
func TestQuietHoursOnRedis(t *testing.T) {
	t.Parallel()
	pages, kills := 4, 5
	if os.Getenv("ERRATUM_LONG") != "" {
		pages, kills = 20, 60
	}
	c := newCity(t, pages, "")
	now := time.Now().UTC()
	hours := fmt.Sprintf("%s-%s", now.Add(-2*time.Hour).Format("15:04"), now.Add(9*time.Hour).Format("15:04"))
	c.runUntil(c.asked("settings set", option("quiet", hours)))
	random := rand.New(rand.NewPCG(5, 8))
	for k := range kills {
		c.change()
		c.killAfter((1 + random.IntN(4)) * pages)
		if k%2 == 1 {
			c.restartRedis()
		}
	}
	if told := c.told(); strings.Contains(fmt.Sprint(told), "{") {
		t.Errorf("told in quiet hours: %v", told)
	}
	c.runUntil(c.asked("settings set", option("quiet", "off")))
	c.finish()
	alerts, problems := c.compare()
	if len(problems) > 0 {
		t.Errorf("%d problems:\n%s", len(problems), strings.Join(problems, "\n"))
	}
	// A change that was not confirmed yet when it was loud again is told by itself.
	if alerts < pages || alerts > 2*pages {
		t.Errorf("%d alerts of %d pages that changed %d times each", alerts, pages, kills)
	}
	t.Logf("%d pages, %d changes, %d kills of the bot, %d of Redis: %d alerts shown afterwards", pages, c.changes, kills, kills/2, alerts)
}

// TestDigestOnRedis kills the bot before and after it posts a digest, and Redis between:
// the digest is shown once.
func TestDigestOnRedis(t *testing.T) {
	t.Parallel()
	if os.Getenv("ERRATUM_LONG") == "" {
		t.Skip("it waits minutes for a full one; digests_test.go has the same on virtual time")
	}
	c := newCity(t, 3, "")
	c.discord.RememberNonces(5 * time.Minute) // as the real one does
	due := time.Now().UTC().Add(2 * time.Minute).Truncate(time.Minute)
	c.runUntil(c.asked("digest", option("schedule", "daily "+due.Format("15:04"))))
	c.change()
	c.finish()
	for _, point := range []string{beforeSend, afterSend} {
		c.dieWithin(point, 1, 5*time.Minute)
		c.restartRedis()
	}
	c.runUntil(func() bool { return !c.settings().Digested.Before(due) })
	var digests []string
	for _, m := range c.discord.Messages(channelA) {
		if text := read(m); strings.Contains(text, "Digest") {
			digests = append(digests, text)
		}
	}
	if len(digests) != 1 || !strings.Contains(digests[0], "3 articles changed") {
		t.Errorf("%d digests: %q", len(digests), digests)
	}
}

// asked gives what runUntil waits for: that an editor's command was answered.
func (c *city) asked(command string, options ...discordtest.Option) func() bool {
	return func() bool {
		r, err := c.does(command, options...)
		if err != nil || r.Message == nil {
			c.t.Fatalf("%s: %v, %+v", command, err, r)
		}
		return true
	}
}

func (c *city) restartRedis() {
	c.t.Helper()
	if err := errors.Join(c.redis.Kill(), c.redis.Run()); err != nil {
		c.t.Fatal(err)
	}
}

// killAfter kills the bot when the pages were asked for so often.
func (c *city) killAfter(looks int) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 60*time.Second)
	defer cancel()
	cmd := c.start(ctx, "", 0)
	before := c.looks.Load()
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	eventually(c.t, "the pages are looked at", func() bool { return c.looks.Load() >= before+int64(looks) })
	_ = cmd.Process.Signal(syscall.SIGKILL)
	_ = cmd.Wait() // it was killed
}

// settings reads the guild's from the store.
func (c *city) settings() alert.Settings {
	c.t.Helper()
	store, err := redisstore.Open(c.t.Context(), redisstore.Options{URL: c.data})
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	s, err := store.Settings(c.t.Context(), guildA)
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}
