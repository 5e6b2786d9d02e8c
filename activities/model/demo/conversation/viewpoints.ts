/**
 * How an agent of a certain job looks at what is said: what it looks for, what it remarks and what it asks. `{term}` stands for a
 * word of the conversation. They are set phrases of a demo, and no model's thoughts.
 */
export interface Viewpoint {
  /** Of the name or the role. */
  job: RegExp;
  /** Sentences that this job quotes first. */
  seeks: RegExp;
  remarks: readonly string[];
  asks: readonly string[];
}

const GENERAL: Viewpoint = {
  job: /^/,
  seeks: /\b(?:because|should|must|need|want|will)\b/i,
  remarks: [
    'I would settle “{term}” first, since the rest leans on it.',
    'We use “{term}” as if it meant one thing; I am not sure that it does.',
    'The part about “{term}” is the one that I would keep in any case.',
  ],
  asks: [
    'What would change your mind about “{term}”?',
    'Who is touched most by “{term}”?',
    'What happens if we leave “{term}” as it is?',
  ],
};

const VIEWPOINTS: readonly Viewpoint[] = [
  {
    job: /\bsecurity\b/i,
    seeks: /\b(?:secret|password|token|key|access|permission|attack|data|log|leak|trust|user)/i,
    remarks: [
      'I would ask of “{term}” who may call it, with which right, and where that is checked.',
      'Whatever reaches “{term}” from outside is hostile until it was checked.',
      'If “{term}” leaks, we need to know what else opens with it.',
    ],
    asks: [
      'What does somebody gain who gets hold of “{term}”?',
      'Where would we see misuse of “{term}”?',
      'Which right can “{term}” do without?',
    ],
  },
  {
    job: /\b(?:test|quality|qa)/i,
    seeks: /\b(?:fail|error|break|bug|wrong|edge|retry|slow|empty|twice|test)/i,
    remarks: [
      'I would try “{term}” empty, twice, and in the middle of a restart.',
      'There is no example yet of “{term}” going wrong; that is the one to write down first.',
      'A check of “{term}” is worth something when it fails without the change.',
    ],
    asks: [
      'How would we notice that “{term}” is broken?',
      'Which input must “{term}” refuse?',
      'What did “{term}” do the last time it went wrong?',
    ],
  },
  {
    job: /\b(?:backend|server|api|database)\b/i,
    seeks: /\b(?:database|queue|request|transaction|latency|load|store|retry|deploy|server|api)/i,
    remarks: [
      'For “{term}” I want one writer, one transaction, and a key that makes a repeat harmless.',
      '“{term}” decides where the state lives; I would put it in one place.',
      'I would measure “{term}” under twice the load before we change its shape.',
    ],
    asks: [
      'What happens to “{term}” when the process dies half-way?',
      'How much of “{term}” do we have in a year?',
      'Can “{term}” be rolled back without losing what came in since?',
    ],
  },
  {
    job: /\b(?:frontend|interface|ui|ux|design)/i,
    seeks: /\b(?:screen|page|click|see|show|form|button|wait|keyboard|read|user)/i,
    remarks: [
      'On the screen “{term}” needs a state for waiting, for nothing and for failure.',
      'People should see what “{term}” did without looking for it.',
      'I would make “{term}” work from the keyboard first; the rest follows.',
    ],
    asks: [
      'What does somebody see while “{term}” takes its time?',
      'Which of two things would you show first about “{term}”?',
      'How does one undo “{term}”?',
    ],
  },
  {
    job: /\bproduct\b/i,
    seeks: /\b(?:user|customer|need|problem|want|goal|value|week|release|scope|price)/i,
    remarks: [
      'Behind “{term}” I want to see one person with one problem.',
      'A smaller form of “{term}” could be out this week, and would tell us more.',
      'I would leave “{term}” out unless somebody misses it.',
    ],
    asks: [
      'Who asked for “{term}”, and what did they do instead so far?',
      'By which number do we see that “{term}” helped?',
      'What do we not do if we do “{term}”?',
    ],
  },
  {
    job: /\b(?:analy|data|statist|figure|count)/i,
    seeks: /\d|\b(?:percent|average|rate|more|less|than|measure|compare)\b/i,
    remarks: [
      'About “{term}” we have statements and no figures yet.',
      'That “{term}” moved together with the rest does not make it the cause.',
      'I would count “{term}” before and after, on the same days.',
    ],
    asks: [
      'Which figure for “{term}” would we act on?',
      'Compared with what is “{term}” high?',
      'Where does the number for “{term}” come from?',
    ],
  },
  {
    job: /\b(?:critic|review|wrong|unproven|editor-in-chief)/i,
    seeks: /\b(?:always|never|all|every|must|clearly|should|will|best)\b/i,
    remarks: [
      'What is said about “{term}” is plausible and unproven.',
      '“{term}” is stated more broadly than anything here supports.',
      'The step from “{term}” to the conclusion is missing.',
    ],
    asks: [
      'What does the claim about “{term}” rest on?',
      'Which case would show that we are wrong about “{term}”?',
      'What did we leave out to make “{term}” fit?',
    ],
  },
  {
    job: /\b(?:research|scout|reads?|fetch|look)/i,
    seeks: /\d|\b(?:source|said|according|found|report|study|known)\b/i,
    remarks: [
      'Of “{term}” we know so far only what stands here.',
      'I would keep apart what was said about “{term}” and what follows from it.',
      'A source for “{term}” would save us half of this talk.',
    ],
    asks: [
      'Where does it stand that “{term}” is so?',
      'Who else has dealt with “{term}”?',
      'Since when is “{term}” known?',
    ],
  },
  {
    job: /\b(?:edit|writ|text|copy)/i,
    seeks: /\b(?:first|because|therefore|means|reader|read|important)\b/i,
    remarks: [
      'I would open with “{term}”: it is what a hurried reader needs.',
      '“{term}” is said twice here; once is enough.',
      'Let us name who does what about “{term}”; the passive hides it.',
    ],
    asks: [
      'What should a reader do after “{term}”?',
      'Which one sentence about “{term}” must stay?',
      'For whom is “{term}” new?',
    ],
  },
  {
    job: /\b(?:plan|steps|project|incident|command)/i,
    seeks: /\b(?:first|then|until|by|before|after|next|step|will|day|hour)\b/i,
    remarks: [
      'For “{term}” I would write down one next step, one name and one hour.',
      'The riskiest guess about “{term}” comes first in the plan.',
      '“{term}” can go on beside the rest; nothing waits for it.',
    ],
    asks: [
      'Who takes “{term}”, and until when?',
      'How do we see that “{term}” is done?',
      'What stops “{term}” today?',
    ],
  },
  {
    job: /\b(?:support|customer|help)/i,
    seeks: /\b(?:customer|user|ask|report|wait|broken|cannot|help|know)\b/i,
    remarks: [
      'Those who are hit by “{term}” want to know what to do now, and when they hear more.',
      'I would tell people about “{term}” in their own words.',
      'There is a way around “{term}” that I can give out at once if it is safe.',
    ],
    asks: [
      'What may I promise about “{term}”?',
      'Who has reported “{term}” so far?',
      'What do people see when “{term}” hits them?',
    ],
  },
  {
    job: /\b(?:note|minutes|record)/i,
    seeks: /\b(?:decid|agree|will|open|question|by)\b/i,
    remarks: [
      'Noted: “{term}” was raised and not yet decided.',
      'For the record, nobody has taken “{term}” so far.',
      'I have “{term}” among the open questions.',
    ],
    asks: [
      'Is “{term}” decided, or proposed?',
      'Whose name do I write beside “{term}”?',
      'Do we come back to “{term}”?',
    ],
  },
  {
    job: /\b(?:teach|tutor|explain)/i,
    seeks: /\b(?:is|means|because|example|like|when)\b/i,
    remarks: [
      'Let us take “{term}” by one small example before the general case.',
      'Most people trip over “{term}” when they hear it first.',
      'Whoever can say “{term}” in their own words has understood the rest.',
    ],
    asks: [
      'How would you explain “{term}” to somebody new?',
      'What is “{term}” not?',
      'Where have you met “{term}” before?',
    ],
  },
  {
    job: /\b(?:operat|runs services|reliab)/i,
    seeks: /\b(?:slow|down|restart|memory|disk|log|metric|alert|deploy|since|error)\b/i,
    remarks: [
      'Before we touch “{term}” I want to see what it waits for.',
      'The last change to “{term}” is my first suspect.',
      'If “{term}” was better before, I would go back first and look for the cause later.',
    ],
    asks: [
      'Since when is “{term}” like that?',
      'Which one check would rule “{term}” out?',
      'How do we go back if the change to “{term}” fails?',
    ],
  },
  {
    job: /\b(?:translat|language)/i,
    seeks: /\b(?:mean|call|word|name|say|said)/i,
    remarks: [
      'I would use one word for “{term}” all the way through.',
      '“{term}” can be read in two ways, and each leads to another sentence.',
      'Before “{term}” is translated it has to be clear who is speaking.',
    ],
    asks: [
      'What do your readers call “{term}”?',
      'Is “{term}” a name, or a thing?',
      'How formal is “{term}” meant to be?',
    ],
  },
  {
    job: /\b(?:facilitat|moderat|leads a group)/i,
    seeks: /\?|\b(?:agree|disagree|decid|open|but)\b/i,
    remarks: [
      'So far “{term}” has been named and not answered.',
      'On “{term}” you seem to be closer than it sounds.',
      'Let us finish “{term}” before we open another point.',
    ],
    asks: [
      'What would settle “{term}”?',
      'Who sees “{term}” differently?',
      'What do you know about “{term}” that the others do not?',
    ],
  },
];

/** The viewpoint of a job, by the name first and then by the role; a general one where neither tells. */
export const viewpointOf = ({ self, role }: { self: string; role: string }): Viewpoint =>
  VIEWPOINTS.find(({ job }) => job.test(self)) ?? VIEWPOINTS.find(({ job }) => job.test(role)) ?? GENERAL;
