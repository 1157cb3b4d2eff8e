package discord_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/deliver"
	"erratum/internal/discord"
	"erratum/internal/discordtest"
)

var _ deliver.Adder = (*discord.Sink)(nil)

// further is the next change of the bridge, after what was shown as a message.
func further(n int, last alert.Shown) alert.Delivery {
	d := delivery(bridge())
	d.ID = alert.DeliveryID(watchID, alert.Change, "a", "b", int64(n))
	d.Notice.From, d.Notice.To = n-1, n
	d.Notice.Summary = fmt.Sprintf("- Number: %d → **%d**", n-1, n)
	d.Last = last
	return d
}

func TestAdd(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	sink := client(t, s, discord.Options{}).Sink()
	first := delivery(bridge())
	first.Mention = roleID
	last := first.ShownAs(insist(t, sink, first), time.Now())
	before := s.Messages(channelID)[0]
	for n := 3; n <= 4; n++ {
		d := further(n, last)
		for range 2 { // adding again adds nothing
			if err := sink.Add(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		if id, found, err := sink.Find(t.Context(), d); err != nil || !found || id != last.Message {
			t.Errorf("looked for: %q, %v, %v", id, found, err)
		}
		last = d.Added()
	}
	got := s.Messages(channelID)
	if len(got) != 1 || len(got[0].Embeds) != 3 || got[0].Content != before.Content || got[0].Embeds[0].Description != before.Embeds[0].Description {
		t.Fatalf("%d messages: %+v", len(got), got[0])
	}
	for i, want := range []string{"2 → **3**", "3 → **4**"} {
		e := got[0].Embeds[i+1]
		if !strings.Contains(e.Description, want) || e.Title != "" {
			t.Errorf("card %d: %+v", i+1, e)
		}
	}
	if len(got[0].Pings) != len(before.Pings) {
		t.Errorf("editing called %v", got[0].Pings)
	}
	if c, ok := got[0].Find(func(c discordtest.Component) bool { return c.Label == "Full diff" }); !ok || !strings.Contains(c.CustomID, ".1.4.") {
		t.Errorf("the button shows %q", c.CustomID)
	}
	// What is told of other pages stands with it.
	d, also := other(1, "Paper")
	if err := sink.Also(t.Context(), alert.Story{Delivery: first.ID, Message: last.Message, Also: []alert.Also{also}}, d); err != nil {
		t.Fatal(err)
	}
	if got := s.Messages(channelID)[0]; len(got.Embeds) != 3 || len(got.Embeds[2].Fields) != 1 {
		t.Errorf("with another page: %+v", got.Embeds)
	}
	gone := last
	gone.Message = "900000000000000001"
	if err := sink.Add(t.Context(), further(5, gone)); !errors.Is(err, deliver.ErrNoMessage) {
		t.Errorf("a message that was deleted: %v", err)
	}
}

// TestReplies: what goes beyond an alert answers it, and stands alone where it can't.
func TestReplies(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{}, "160002") // whether it may be answered is known by trying
	sink := client(t, s, discord.Options{}).Sink()
	first := delivery(bridge())
	last := first.ShownAs(insist(t, sink, first), time.Now())
	ack := further(3, last)
	ack.Notice.Kind = alert.Acknowledged
	insist(t, sink, ack)
	if m := s.Messages(channelID)[1]; m.Reference != last.Message || len(m.Pings) > 0 {
		t.Errorf("an acknowledgement answers %q, calls %v", m.Reference, m.Pings)
	}
	late := last
	late.At = late.At.Add(-time.Hour)
	insist(t, sink, further(4, late))
	if m := s.Messages(channelID)[2]; m.Reference != "" {
		t.Errorf("another day's change answers %q", m.Reference)
	}
	deleted := last
	deleted.Message = "900000000000000001"
	insist(t, sink, further(5, deleted))
	s.SetPermissions(channelID, discordtest.DefaultPermissions&^discordtest.ReadMessageHistory)
	graver := further(6, last)
	insist(t, sink, graver)
	if got := s.Messages(channelID); len(got) != 5 || got[4].Reference != "" || len(got[4].Embeds) != 1 {
		t.Errorf("%d messages, the last %+v", len(got), got[len(got)-1])
	}
}

func TestThreads(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{}, "160004") // whether a deleted thread can be made anew is known by trying
	sink := client(t, s, discord.Options{}).Sink()
	var last alert.Shown
	send := func(n int) alert.Delivery {
		t.Helper()
		d := further(n, last)
		d.Thread = true
		last = d.ShownAs(insist(t, sink, d), time.Now().Add(-time.Hour))
		return d
	}
	send(2)
	threads := s.Threads(channelID)
	if len(threads) != 1 || threads[0].ID != last.Message || !strings.HasPrefix(threads[0].Name, "Harbour bridge") {
		t.Fatalf("threads: %+v", threads)
	}
	thread := threads[0].ID
	d := send(3)
	send(4)
	root, inside := s.Messages(channelID), s.Messages(thread)
	if len(root) != 1 || len(inside) != 2 || last.Message != thread+"/"+inside[1].ID {
		t.Fatalf("%d in the channel, %d in the thread, the last %q", len(root), len(inside), last.Message)
	}
	if !strings.Contains(root[0].Embeds[0].Description, "3 → **4**") || !strings.Contains(inside[0].Embeds[0].Description, "2 → **3**") {
		t.Errorf("the root says %q", root[0].Embeds[0].Description)
	}
	// A repetition is found where it stands.
	d.Last = last
	if at, found, err := sink.Find(t.Context(), d); err != nil || !found || at != thread+"/"+inside[0].ID {
		t.Errorf("found at %q, %v, %v", at, found, err)
	}
	// What is added to the last message of the thread renews the root, too.
	added := further(5, last)
	added.Thread = true
	if err := sink.Add(t.Context(), added); err != nil {
		t.Fatal(err)
	}
	if root := s.Messages(channelID)[0]; !strings.Contains(root.Embeds[0].Description, "4 → **5**") || len(s.Messages(thread)[1].Embeds) != 2 {
		t.Errorf("after an addition: %+v", root.Embeds)
	}
	// Archived threads wake up, locked ones are followed by another.
	s.SetThread(thread, true, false)
	send(6)
	if len(s.Messages(thread)) != 3 {
		t.Error("an archived thread did not wake up")
	}
	s.SetThread(thread, true, true)
	send(7)
	if threads = s.Threads(channelID); len(threads) != 2 || last.Message != threads[1].ID {
		t.Fatalf("after locking: %+v, the last %q", threads, last.Message)
	}
	s.DeleteChannel(threads[1].ID)
	send(8)
	if len(s.Messages(channelID)) != 3 {
		t.Errorf("after deleting the thread: %d messages in the channel", len(s.Messages(channelID)))
	}
	// Without the right to make threads the alert stands in the channel.
	s.SetPermissions(channelID, discordtest.DefaultPermissions&^discordtest.CreatePublicThreads)
	last = alert.Shown{}
	send(9)
	if m := s.Messages(channelID); len(m) != 4 || strings.Contains(last.Message, "/") {
		t.Errorf("%d messages, the last %q", len(m), last.Message)
	}
}

// TestAddedOverflow: a file covers what does not fit the card that is added, beside the
// one of before, where it may.
func TestAddedOverflow(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{}, "50013: Missing Permissions") // whether files may be attached is known by trying
	sink := client(t, s, discord.Options{}).Sink()
	crowd := func(n int, last alert.Shown) alert.Delivery {
		d := crowded()
		d.ID = alert.DeliveryID(watchID, alert.Change, "a", "b", int64(n))
		d.Notice.From, d.Notice.To, d.Last = n-1, n, last
		return d
	}
	names := func() (out []string) {
		for _, a := range s.Messages(channelID)[0].Attachments {
			out = append(out, a.Filename)
		}
		return out
	}
	add := func(d alert.Delivery, want ...string) alert.Shown {
		t.Helper()
		for range 2 { // adding again adds nothing
			if err := sink.Add(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		if got := names(); !slices.Equal(got, want) {
			t.Errorf("attached: %q, want %q", got, want)
		}
		return d.Added()
	}
	first := crowd(2, alert.Shown{})
	last := first.ShownAs(insist(t, sink, first), time.Now())
	last = add(further(3, last), "changes.diff") // all of it fits
	last = add(crowd(4, last), "changes.diff", "changes-3.diff")
	files := s.Messages(channelID)[0].Attachments
	if string(files[0].Data) != string(files[1].Data) || len(files[1].Data) == 0 {
		t.Errorf("the files differ: %+v", files)
	}
	d, also := other(1, "Paper")
	if err := sink.Also(t.Context(), alert.Story{Delivery: first.ID, Message: last.Message, Also: []alert.Also{also}}, d); err != nil {
		t.Fatal(err)
	}
	s.SetPermissions(channelID, discordtest.DefaultPermissions&^discordtest.AttachFiles)
	add(crowd(5, last), "changes.diff", "changes-3.diff")
	if m := s.Messages(channelID)[0]; len(m.Embeds) != 4 {
		t.Errorf("%d cards, want 4", len(m.Embeds))
	}
}

// TestRootOverflow: the first message of a thread has the file of what it says now.
func TestRootOverflow(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	sink := client(t, s, discord.Options{}).Sink()
	var last alert.Shown
	for n, d := range []alert.Delivery{crowded(), crowded(), delivery(bridge())} {
		d.ID, d.Thread, d.Last = alert.DeliveryID(watchID, alert.Change, "a", "b", int64(n)), true, last
		last = d.ShownAs(insist(t, sink, d), time.Now().Add(-time.Hour))
		if files := s.Messages(channelID)[0].Attachments; (len(files) == 1) != (n < 2) {
			t.Errorf("after alert %d: %+v", n+1, files)
		}
	}
}

// TestRefusedAddition: what may not be added is told by a message of its own.
func TestRefusedAddition(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	sink := client(t, s, discord.Options{}).Sink()
	first := delivery(bridge())
	last := first.ShownAs(insist(t, sink, first), time.Now())
	s.Fail("PATCH /channels/*/messages/*", discordtest.Fault{Status: 400, Code: 200000})
	if err := sink.Add(t.Context(), further(3, last)); !errors.Is(err, deliver.ErrNoMessage) {
		t.Errorf("got %v", err)
	}
}
