package claim_test

import (
	"testing"

	"erratum/internal/diff/claim"
)

// Edits that change no claim must stay silent (methods.md §16).
func TestSilent(t *testing.T) {
	const rest = "\nThe harbour of Oldport was closed for three hours. Ann Lee, who runs the port, spoke to reporters. Officials from the United States and the US were there."
	tests := []struct{ name, before, after string }{
		{"quotation marks", `The mayor said "we are ready" on Monday.`, `The mayor said “we are ready” on Monday.`},
		{"no-break space", "The ship carried 40 tonnes of grain.", "The ship carried 40\u00a0tonnes of grain."},
		{"dash", "The plan - long delayed - was dropped.", "The plan — long delayed — was dropped."},
		{"typo fixed", "The article was update on the site.", "The article was updated on the site."},
		{"typo in a long word", "The goverment approved the budget.", "The government approved the budget."},
		{"separator", "About 1300 homes lost power.", "About 1,300 homes lost power."},
		{"number word", "Twelve miners were trapped.", "12 miners were trapped."},
		{"number word inside", "The blast trapped twelve miners below ground.", "The blast trapped 12 miners below ground."},
		{"compound number word", "Rescuers found twenty-one people alive.", "Rescuers found 21 people alive."},
		{"magnitude", "The repairs cost $3m last year.", "The repairs cost $3 million last year."},
		{"currency in words", "The repairs cost $3m last year.", "The repairs cost 3 million dollars last year."},
		{"percent", "Prices rose 5% in a year.", "Prices rose 5 percent in a year."},
		{"per cent", "Prices rose 5 percent in a year.", "Prices rose five per cent in a year."},
		{"age", "A 17-year-old docker fell into the water.", "A docker aged 17 fell into the water."},
		{"age between commas", "Jo Moss, 17, fell into the water.", "Jo Moss, aged 17, fell into the water."},
		{"degrees", "It was 41 degrees Celsius on the pier.", "It was 41C on the pier."},
		{"article and one", "The boat came an hour later.", "The boat came one hour later."},
		{"fraction of a million", "A quarter of a million people fled.", "250,000 people fled."},
		{"currency in a range", "A trip costs between £10 and £15 in summer.", "A trip costs £10-15 in summer."},
		{"clock dots", "The talks start at 3pm in Oldport.", "The talks start at 3 p.m. in Oldport."},
		{"24-hour clock", "The talks start at 3pm in Oldport.", "The talks start at 15:00 in Oldport."},
		{"date order", "The vote is on March 3 in Oldport.", "The vote is on 3 March in Oldport."},
		{"month abbreviated", "The vote is on January 27 in Oldport.", "The vote is on Jan. 27 in Oldport."},
		{"ordinal day", "The vote is on March 3 in Oldport.", "The vote is on March 3rd in Oldport."},
		{"clause order", "On Monday, the council met in Oldport.", "The council met in Oldport on Monday."},
		{"clause order, longer", "After the storm, crews cleared 40 roads.", "Crews cleared 40 roads after the storm."},
		{"initialism", "Officials in the U.S. declined to comment.", "Officials in the US declined to comment."},
		{"doubled word", "The bridge was was closed to traffic.", "The bridge was closed to traffic."},
		{"sentence cut in two", "The bridge was closed on Monday and the ferry was stopped.", "The bridge was closed on Monday. The ferry was stopped."},
		{"sentences joined", "The bridge was closed on Monday. The ferry was stopped.", "The bridge was closed on Monday and the ferry was stopped."},
		{"quotation cut by its source", `"We will open the gates and let the water run," she said.`, `"We will open the gates," she said, "and let the water run."`},
		{"honorific dropped", "Mr. Lee opened the meeting.", "Lee opened the meeting."},
		{"honorific and title abbreviated", "Dr. Lee opened the meeting.", "Dr Lee opened the meeting."},
		{"first name dropped where it is known", "Then Ann Lee opened the meeting.", "Then Lee opened the meeting."},
		{"hurt, injured", "Four dockers were hurt in the fall.", "Four dockers were injured in the fall."},
		{"killed and injured, killing and injuring", "Three dockers were killed and at least a dozen injured when the crane fell.", "The crane fell, killing three dockers and injuring at least a dozen."},
		{"not known, unknown", "The cause of the crash is not known.", "The cause of the crash is unknown."},
		{"past progressive", "He had been working at the docks since 1998.", "He had worked at the docks since 1998."},
		{"who warned, at the end", "Forecasters warned that the storm could bring up to 10 inches of rain.", "The storm could bring as much as 10 inches of rain, forecasters warned."},
		{"so far this year", "Trade has lost a third of its value this year.", "Trade has lost a third of its value so far this year."},
		{"sacked, dismissed", "The club sacked its coach.", "The club dismissed its coach."},
		{"British spelling", "The organisation changed its colour scheme.", "The organization changed its color scheme."},
		{"function words", "The crew left at once for the island.", "The crew left at once to the island."},
		{"contraction", "The union did not sign the deal.", "The union didn't sign the deal."},
		{"said and says", "The port said trade was slow.", "The port says trade was slow."},
		{"byline typography", "Trade was slow at the docks, O'Neil wrote.", "Trade was slow at the docks, O’Neil wrote."},
		{"adjective of a nation", "The crew of the Canadian ship was safe, Canada said.", "The crew of the Canada ship was safe, Canada said."},
		{"unit misspelt", "Trade fell by 3.8 prcent in May.", "Trade fell by 3.8 percent in May."},
		{"magnitude misspelt", "The pier cost $53 milion in all.", "The pier cost $53 million in all."},
		{"source misspelt", "It is safe, an ofifcer told reporters.", "It is safe, an officer told reporters."},
		{"hedge misspelt", "The pier was alegedly unsafe.", "The pier was allegedly unsafe."},
		{"manner of saying", "Jo Moss, the harbour master, said in the interview that all was well.", "Jo Moss, the harbour master, said in an interview that all was well."},
		{"quotation cut in two sentences", `"He has my support, and always has for years," she said.`, `"He has my support. Always has for years," she said.`},
		{"reported speech", "The council said it will publish its findings.", "The council said it would publish its findings."},
		{"hedge in other words", "Talks on the pier have reportedly collapsed.", "Talks on the pier have collapsed, according to reports."},
		{"half", "Half of the boats were lost.", "50 percent of the boats were lost."},
		{"body in another order", "The Ministry of Defence said it had no record.", "The Defence Ministry said it had no record."},
		{"nation and its adjective", "She and her counterpart from Norway signed it. Norwegian boats left.", "She and her Norwegian counterpart signed it. Norwegian boats left."},
		{"source named by office", "Lee said it was over.", "The councillor said it was over."},
		{"office known", "Moss said both had suffered. President Moss left.", "President Moss said both had suffered. President Moss left."},
		{"nobody speaks", "Nobody will say what broke.", "No one will say what broke."},
		{"ligature", "The oﬃce said the count was final.", "The office said the count was final."},
		{"prompt came", "The pier was closed.", "The pier was closed.\nSign up for our newsletter to get 10 stories a day."},
		{"prompt in other words", "Subscribe now for 1 euro a month.", "Subscribe now and get 3 months for 2 euros."},
		{"time to read", "6 min read", "5 min read"},
		{"comments", "24 comments", "131 comments"},
		{"stamp of the page", "Last updated at 10:14 on Tuesday", "Last updated at 11:52 on Wednesday"},
		{"office abbreviated", "Professor Ada Lindgren said it was over. Professor Lindgren left the pier at noon.", "Prof. Ada Lindgren said it was over. Lindgren left the pier at noon."},
		{"question as a subheading", "The pier was closed.", "The pier was closed.\nWhat happened?"},
		{"clock in words", "The doors open at half past seven on Sunday.", "The doors open at 7.30 on Sunday."},
		{"age in a clause", "The mayor, 44-year-old Sanna Holm, wants to stay.", "The mayor, Sanna Holm, who is 44, wants to stay."},
		{"office as a verb", `"It is safe," said Hilde Moser, who heads the inquiry.`, `"It is safe," said inquiry head Hilde Moser.`},
		{"stamp", "Updated: 11:05am", "Updated: 1:40pm"},
		{"teaser", "Also read: A week without sugar", "Also read: How 12 cooks bake"},
		{"initials in a name", "The U.N. Security Council met.", "The United Nations Security Council met."},
		{"score in words", "The council voted 7-2 in favour.", "The council voted seven to two in favour."},
		{"one of a season", "The storm is the third of the season.", "The storm is the third one of the season."},
		{"due and expected", "Their report is due in July.", "Their report is expected in July."},
		{"month misspelt", "The hall burned down in Febuary.", "The hall burned down in February."},
		{"initials of a name", "The WHO said on Tuesday it was over.", "The World Health Organization (WHO) said on Tuesday it was over."},
		{"label of a headline", "# BREAKING: Council rejects budget", "# Council rejects budget"},
		{"source before and after", `"It is over," the coach said.`, `"It is over," said the coach.`},
		{"source at length", "The police said the pier was safe.", "Police in Oldport said the pier was safe."},
		{"metres in short", "The pier is 340 metres long.", "The pier is 340 m long."},
		{"minus in words", "It was minus 9 degrees Celsius on the pier.", "It was -9C on the pier."},
		{"share in other words", "A third of the boats were lost.", "One in three boats were lost."},
		{"months and years", "The work took two and a half months, then 24 months more.", "The work took two and a half months, then two years more."},
		{"half a year more", "The work took two years and a half.", "The work took 30 months."},
		{"noon with its figure", "The gates open at noon in Oldport.", "The gates open at 12 noon in Oldport."},
		{"initials of small words", "The crew found a UXB.", "The crew found an unexploded xenon bomb."},
		{"hyphen in a word with a negating prefix", "The pier is un-manned at night.", "The pier is unmanned at night."},
		{"another word for mostly", "The crew was mostly young.", "The crew was mainly young."},
		{"another word for expected", "The storm is anticipated to pass.", "The storm is expected to pass."},
		{"who a source is before its name", "The pier was unsafe, Jo Moss, a docker, told the meeting.", "A docker, Jo Moss, told the meeting the pier was unsafe."},
		{"acronym spelt out", "The United Nations sent aid. Then the UN left.", "The UN sent aid. Then the UN left."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := sketch(claim.Changes(compare(tt.before+rest, tt.after+rest))); got != "" {
				t.Errorf("told:\n%s", got)
			}
		})
	}
}

func TestMovedParagraphIsSilent(t *testing.T) {
	a, b, c := "Ann Lee opened 12 new berths on Monday.\n", "The council of Oldport paid $3m for them.\n", "Nobody was hurt in the work, the port said.\n"
	if got := sketch(claim.Changes(compare(a+b+c, c+a+b))); got != "" {
		t.Errorf("told:\n%s", got)
	}
}
