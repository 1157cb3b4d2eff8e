package note

// eastern holds labels of scripts that do not space words; each character is a
// token. It knows labels only: such articles get no claims either.
var eastern = lexicon{
	lang: "zh",
	labels: []label{
		{"更 正", Correction, 0},
		{"订 正", Correction, 0},
		{"訂 正", Correction, 0},
		{"勘 误", Correction, 0},
		{"澄 清", Clarification, 0},
		{"更 新", Update, 0},
		{"追 記", Update, 0},
		{"编 者 按", EditorsNote, editors},
		{"编 辑", EditorsNote, editors},
		{"編 集", EditorsNote, editors},
	},
	cues: []cue{
		{"object-change", .50, Correction, "修 正 さ れ"},
		{"object-change", .50, Correction, "更 正"},
		{"error", .20, Correction, "错 误"},
	},
	before: "年|月|日",
	clock:  "utc",
	marks:  "年 月 日",
}
