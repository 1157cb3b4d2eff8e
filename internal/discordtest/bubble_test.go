package discordtest_test

import (
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/discordtest"
)

// TestBubble: over memory all of it runs on synctest's clock, so that a test can wait
// out three seconds, a nonce or a silent client in no time. (discordgo does not: its
// Close sleeps with a lock held that others wait for.)
func TestBubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		k, _ := identified(t, s)
		refused := make(chan error, 1)
		go func() {
			_, err := s.Interact(discordtest.Interaction{ChannelID: channelID, Command: "watch", Forge: true})
			refused <- err
		}()
		var i struct{ ID, Token string }
		if err := json.Unmarshal(k.expect(0, "INTERACTION_CREATE").Data, &i); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3*time.Second + time.Millisecond)
		status, out, _ := rest(t, s, "POST", "/interactions/"+i.ID+"/"+i.Token+"/callback", obj{"type": 4, "data": obj{"content": "x"}})
		if status != 404 || code(out) != 10062 {
			t.Errorf("late: %d %v", status, out)
		}
		if err := <-refused; !errors.Is(err, discordtest.ErrNoAnswer) {
			t.Errorf("Interact: %v", err)
		}
		body := obj{"content": "one", "nonce": "n1", "enforce_nonce": true}
		for _, wait := range []time.Duration{0, 4 * time.Minute, 2 * time.Minute} {
			time.Sleep(wait)
			rest(t, s, "POST", messagesPath, body)
		}
		if n := len(s.Messages(channelID)); n != 2 {
			t.Errorf("%d messages, want 2", n)
		}
		if s.Connected() != 0 {
			t.Error("a client without heartbeats is still connected")
		}
	})
}
