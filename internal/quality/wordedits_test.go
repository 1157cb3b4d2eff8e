package quality

import (
	"slices"
	"strings"
	"testing"
)

const editedPage = `<html><head><title>The mayor resigned on Monday after a vote</title></head><body>
<script>"The council met for the third time this week to vote on it."</script>
<p>The council  met for the third time this week to vote on it.</p>
<p>The mayor left the hall through a side door soon after the vote.</p>
<p class="ad">Subscribe now and never miss a story of ours.</p>
<p>Read it &amp; weep, the paper of the whole valley.</p></body></html>`

const editedBody = "The council met for the third time this week to vote on it.\nThe mayor left the hall through a side door soon after the vote."

func TestPlacesOfWordEdits(t *testing.T) {
	visible := visibleTexts(editedPage)
	if got, want := sentencesOf(editedPage, visible, editedBody), []string{"The mayor left the hall through a side door soon after the vote."}; !slices.Equal(got, want) {
		t.Errorf("inside the article: got %q, want %q", got, want)
	}
	if got, want := surroundings(editedPage, visible, editedBody), []string{"Subscribe now and never miss a story of ours."}; !slices.Equal(got, want) {
		t.Errorf("outside the article: got %q, want %q", got, want)
	}
}

func TestEditOneReplacesOneWord(t *testing.T) {
	was := "Subscribe now and never miss a story of ours."
	page, text := editOne(editedPage, []string{was}, random("a", "b"))
	if strings.Count(text, plantedWord) != 1 || len(strings.Fields(text)) != len(strings.Fields(was)) {
		t.Errorf("edited text %q", text)
	}
	if page != strings.Replace(editedPage, was, text, 1) {
		t.Error("the page differs elsewhere")
	}
	if page, _ := editOne(editedPage, []string{"a b <b>c</b>"}, random("a", "b")); page != "" {
		t.Error("a word was found where there is none")
	}
}
