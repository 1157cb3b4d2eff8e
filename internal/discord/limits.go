package discord

// Discord's limits of messages and commands, in UTF-16 units where they count text
// (https://docs.discord.com: message, embed, component and command resources).
const (
	maxContent     = 2000
	maxTitle       = 256
	maxAuthor      = 256
	maxDescription = 4096
	maxEmbeds      = 6000 // all text of a message's embeds together
	maxLabel       = 80
	maxLink        = 512 // of a link button
	maxEmbedURL    = 2048
	maxChoices     = 25
	maxChoice      = 100
	maxPrompt      = 150 // placeholder of a menu
	maxRows        = 5
	maxSummary     = 100 // description of a command or option
	maxFile        = 8 << 20
	maxBody        = 8 << 20 // of an answer of Discord's, ours: read no more
)

// What an alert takes of them: it is read on phones.
const (
	maxHeadline = 180 // in the line that notifications show
	maxTop      = 90  // of the top change behind it
	// maxAlertText is of the card's text as it is shown, and maxAlert of the same with
	// its marks.
	maxAlertText = 600
	maxAlert     = 1200
)
