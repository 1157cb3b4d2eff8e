package discord_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"erratum/internal/alert"
	"erratum/internal/deliver"
	"erratum/internal/discord"
	"erratum/internal/discordtest"
)

var _ deliver.Editor = (*discord.Sink)(nil)

// other is the same edit on another page.
func other(n int, site string) (alert.Delivery, alert.Also) {
	d := delivery(bridge())
	d.ID = alert.DeliveryID("another", alert.Change, "a", "b", int64(n))
	d.Notice.Subject = alert.Subject{Article: fmt.Sprint(n), URL: fmt.Sprintf("https://paper%d.example/bridge", n), Site: site}
	return d, alert.Also{Delivery: d.ID, Subject: d.Notice.Subject}
}

func TestAlso(t *testing.T) {
	s := local(t, discordtest.Options{})
	sink := client(t, s, discord.Options{}).Sink()
	first := delivery(bridge())
	story := alert.Story{Delivery: first.ID, Subject: first.Notice.Subject, Message: insist(t, sink, first)}
	before := s.Messages(channelID)[0]
	var d alert.Delivery
	for n := 1; n <= 40; n++ {
		var also alert.Also
		d, also = other(n, fmt.Sprintf("Paper @everyone *%d*", n))
		story.Also = append(story.Also, also)
	}
	for range 2 { // saying it again changes nothing
		if err := sink.Also(t.Context(), story, d); err != nil {
			t.Fatal(err)
		}
	}
	got := s.Messages(channelID)
	if len(got) != 1 || len(got[0].Embeds) != 1 || len(got[0].Embeds[0].Fields) != 1 {
		t.Fatalf("%d messages: %+v", len(got), got)
	}
	e := got[0].Embeds[0]
	if e.Title != before.Embeds[0].Title || e.Description != before.Embeds[0].Description || e.Color != before.Embeds[0].Color || got[0].Content != before.Content || len(got[0].Components) != len(before.Components) {
		t.Errorf("the card changed: %+v", e)
	}
	value := e.Fields[0].Value
	if !strings.HasPrefix(value, "also on [Paper") || !strings.Contains(value, "](https://paper1.example/bridge)") || !strings.Contains(value, " more") || strings.Contains(value, " @everyone") || strings.Contains(value, " *1*") {
		t.Errorf("it says %q", value)
	}
}

func TestAlsoWhereTheMessageIsGone(t *testing.T) {
	s := local(t, discordtest.Options{})
	sink := client(t, s, discord.Options{}).Sink()
	d, also := other(1, "Paper")
	story := alert.Story{Message: "900000000000000001", Also: []alert.Also{also}}
	if err := sink.Also(t.Context(), story, d); !errors.Is(err, deliver.ErrNoMessage) {
		t.Errorf("got %v", err)
	}
	first := delivery(bridge())
	story.Message = insist(t, sink, first)
	s.Fail("PATCH /channels/*/messages/*", discordtest.Fault{Status: 500})
	var bad *deliver.SendError
	if err := sink.Also(t.Context(), story, d); !errors.As(err, &bad) || bad.Permanent || bad.Hopeless {
		t.Errorf("got %v", err)
	}
}
