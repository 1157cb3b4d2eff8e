package discord

import (
	"encoding/json"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/command"
)

// selectMenu is a menu under an answer. The library's type sends empty fields that
// Discord takes and its schema does not.
type selectMenu struct {
	Kind    int          `json:"type"`
	ID      string       `json:"custom_id"`
	Prompt  string       `json:"placeholder,omitempty"`
	Options []selectLine `json:"options"`
}

type selectLine struct {
	Label  string `json:"label"`
	Value  string `json:"value"`
	Detail string `json:"description,omitempty"`
}

// Type implements discordgo.MessageComponent.
func (m selectMenu) Type() discordgo.ComponentType { return discordgo.SelectMenuComponent }

// MarshalJSON implements discordgo.MessageComponent.
func (m selectMenu) MarshalJSON() ([]byte, error) {
	type plain selectMenu
	return json.Marshal(plain(m))
}

// menuOf makes the n-th menu of an answer. Each line's value is the custom id that a
// button for it would have; false: a line can't be said in one.
func menuOf(p command.Pick, n int) (selectMenu, bool) {
	m := selectMenu{
		Kind: int(discordgo.SelectMenuComponent), ID: button{verb: verbChoose, hold: strconv.Itoa(n)}.String(),
		Prompt: PlainTo(p.Prompt, maxPrompt),
	}
	taken := map[string]bool{}
	for _, a := range p.Actions {
		b, ok := buttonOf(a)
		label := PlainTo(a.Label, maxChoice)
		if !ok || label == "" {
			return selectMenu{}, false
		}
		if v := b.String(); !taken[v] && len(m.Options) < maxChoices { // Discord wants values that differ
			taken[v] = true
			m.Options = append(m.Options, selectLine{Label: label, Value: v, Detail: PlainTo(a.Detail, maxChoice)})
		}
	}
	return m, len(m.Options) > 0
}

// chosen is what a press or a choice says: the line of a menu that was chosen, or the
// button itself. A line is trusted as little as a button.
func chosen(data discordgo.MessageComponentInteractionData) (button, error) {
	b, err := parseButton(data.CustomID)
	if err != nil || b.verb != verbChoose {
		return b, err
	}
	if len(data.Values) != 1 {
		return button{}, errButton
	}
	if b, err = parseButton(data.Values[0]); b.verb == verbChoose {
		return button{}, errButton
	}
	return b, err
}
