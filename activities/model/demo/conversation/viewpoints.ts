/** What an agent of a certain job has to say to a sentence of a certain kind. They are set phrases of a demo, and no model's thoughts. */
export interface Point {
  of: RegExp;
  says: string;
}

/** How an agent of a certain job looks at what is said. */
export interface Viewpoint {
  /** Of the name or the role. */
  job: RegExp;
  points: readonly Point[];
  /** Where no point fits any more. */
  remarks: readonly string[];
  asks: readonly string[];
}

const GENERAL: Viewpoint = {
  job: /^/,
  points: [
    {
      of: /\bbecause\b|\bsince\b|\bso that\b/i,
      says: 'That is a reason; I would like to see it carry the rest.',
    },
    {
      of: /\b(?:must|should|need|want)/i,
      says: 'This is what I would settle first, since the rest leans on it.',
    },
    { of: /\d/, says: 'The number is the part that we can check.' },
  ],
  remarks: [
    'I agree with where this goes, and would say it in one sentence.',
    'We use one word here for two things.',
    'I have nothing against it, and one thing that I would add.',
  ],
  asks: [
    'What would change your mind?',
    'Who is touched most by this?',
    'What happens if we leave it as it is?',
  ],
};

const VIEWPOINTS: readonly Viewpoint[] = [
  {
    job: /\bsecurity\b/i,
    points: [
      {
        of: /\b(?:misus|attack|stolen|leak|breach|abus)/i,
        says: 'That has happened, so it is no theory: whatever we choose has to end that way in.',
      },
      {
        of: /\b(?:device|laptop|computer|session|sign(?:ed)? in)\b/i,
        says: 'A device that we know is one factor; I would still ask again before anything that cannot be undone.',
      },
      {
        of: /\b(?:password|token|key|secret)/i,
        says: 'Every secret that people have to type more often gets shorter, or ends on a note.',
      },
      {
        of: /\b(?:data|customer|user|people)\b/i,
        says: 'I would ask who may see that, and where it is checked.',
      },
    ],
    remarks: ['Fail closed, and say so in the log.', 'The least right that does the job is the one to give.'],
    asks: [
      'What does somebody gain who gets hold of it?',
      'Where would we see misuse?',
      'How is that right taken back?',
    ],
  },
  {
    job: /\b(?:test|quality|qa)/i,
    points: [
      {
        of: /\b(?:fail|error|outage|broke|timeout|wrong)/i,
        says: 'I would write that down as a case first: given, when, then. It has to fail before anybody mends it.',
      },
      { of: /\d/, says: 'At the edge of that number, and one beyond it, is where I would try.' },
      {
        of: /\b(?:all|every|always|never|no)\b/i,
        says: 'One counterexample is enough for that; let me look for it.',
      },
    ],
    remarks: [
      'I would try it empty, twice, and in the middle of a restart.',
      'A check is worth something when it fails without the change.',
    ],
    asks: [
      'How would we notice that it is broken?',
      'Which input must be refused?',
      'What did it do the last time it went wrong?',
    ],
  },
  {
    job: /\b(?:operat|runs services|reliab)/i,
    points: [
      {
        of: /\b(?:deploy|release|chang|update)/i,
        says: 'The last change is my first suspect. I would go back first and look for the cause when people can work again.',
      },
      {
        of: /\b(?:limit|connections|memory|disk|full|queue)\b/i,
        says: 'A limit that is nearly reached explains most slowness. I would look at who holds what.',
      },
      {
        of: /\b(?:timeout|slow|error|down)/i,
        says: 'That is the symptom. I want to see what that part waits for before we touch it.',
      },
    ],
    remarks: [
      'One change at a time, with a note of when.',
      'A restart that helps is a finding, not an explanation.',
    ],
    asks: [
      'Since when is it like that, to the minute?',
      'Which one check would rule that out?',
      'How do we go back if it fails?',
    ],
  },
  {
    job: /\b(?:backend|server|api|database)\b/i,
    points: [
      {
        of: /\b(?:connections|database|pool|limit|lock)\b/i,
        says: 'Connections that are held too long: I would look for a transaction that waits for something outside.',
      },
      {
        of: /\b(?:sign(?:ed)? in|session|device)\b/i,
        says: 'Short sessions with a renewal keep the state in one place, and one row ends all of them.',
      },
      {
        of: /\b(?:queue|stock|count|order|deploy|chang)/i,
        says: 'A change of how something is counted belongs in one transaction with the thing itself.',
      },
      { of: /\d/, says: 'I would measure that under twice the load before we change its shape.' },
    ],
    remarks: [
      'One writer, one transaction, and a key that makes a repeat harmless.',
      'The boring tool that is already in the house will do.',
    ],
    asks: [
      'What happens when the process dies half-way?',
      'How much of it do we have in a year?',
      'Can it be rolled back without losing what came in since?',
    ],
  },
  {
    job: /\b(?:frontend|interface|ui|ux|design)/i,
    points: [
      {
        of: /\b(?:middle of|work|typ|form|lose|lost)/i,
        says: 'Nothing that somebody has typed may be lost by it; that decides for me.',
      },
      {
        of: /\b(?:password|sign|ask|again)\b/i,
        says: 'Every interruption costs people their thought, and we see it in the support requests.',
      },
      {
        of: /\b(?:page|screen|show|link|green|yellow|button)\b/i,
        says: 'Colour alone does not tell that: I would put the word beside it.',
      },
    ],
    remarks: [
      'It needs a state for waiting, for nothing and for failure.',
      'It should work from the keyboard first; the rest follows.',
    ],
    asks: [
      'What does somebody see while it takes its time?',
      'Which of the two would you show first?',
      'How does one undo it?',
    ],
  },
  {
    job: /\bproduct\b/i,
    points: [
      {
        of: /\b(?:support|request|customer|people|user)/i,
        says: 'That is a problem of real people with a number to it. It weighs most for me.',
      },
      {
        of: /\b(?:limits|risk|misus|cost)/i,
        says: 'That is the price of it. I would pay it for the few cases, not ask everybody to pay every day.',
      },
      {
        of: /\b(?:week|month|day|hour|monday)/i,
        says: 'A smaller step could be out by then, and would tell us more.',
      },
    ],
    remarks: [
      'I would leave it out unless somebody misses it.',
      'Let us decide by which number we will see that it was right.',
    ],
    asks: [
      'Who asked for this, and what did they do so far?',
      'By which number do we see that it helped?',
      'What do we not do if we do this?',
    ],
  },
  {
    job: /\b(?:analy|data|statist|figure)/i,
    points: [
      {
        of: /%|\bpercent\b|\b(?:one|two|three) in\b/i,
        says: 'A share needs its whole: out of how many, in which time?',
      },
      { of: /\d/, says: 'I would compare that with the week before, on the same days.' },
      {
        of: /\b(?:because|since|after|due to)\b/i,
        says: 'That came together in time. It does not make the one the cause of the other.',
      },
    ],
    remarks: [
      'So far we have statements and few figures.',
      'I would write the definition down before anybody counts.',
    ],
    asks: [
      'Which figure would we act on?',
      'Compared with what is that high?',
      'Where does the number come from?',
    ],
  },
  {
    job: /\b(?:critic|review|wrong|unproven)/i,
    points: [
      {
        of: /\b(?:new|old|until|stays|still)\b/i,
        says: 'A reader will ask what changes for them; the sentence tells what changes for us.',
      },
      { of: /\b(?:because|therefore|so)\b/i, says: 'The step from the reason to the conclusion is missing.' },
      { of: /\d/, says: 'The figure stands alone. Say what it means for whoever reads it.' },
      {
        of: /\b(?:all|every|always|never|nobody|best)\b/i,
        says: 'That is said more broadly than anything here supports.',
      },
    ],
    remarks: ['It is plausible and unproven.', 'What is best in it comes too late.'],
    asks: [
      'What does the claim rest on?',
      'Which case would show that we are wrong?',
      'What was left out to make it fit?',
    ],
  },
  {
    job: /\b(?:research|scout|reads?|fetch)/i,
    points: [
      {
        of: /\b(?:less|fewer|more|about|some|many|often|most)\b/i,
        says: 'That is as exact as the material gets; I would keep it in these words.',
      },
      { of: /\d/, says: 'The figure stands in the material so; please keep it with its unit and its date.' },
      { of: /\b(?:said|says|according|because)\b/i, says: 'I would name who says that.' },
    ],
    remarks: [
      'The material says nothing else about this.',
      'What was said and what follows from it are two things here.',
    ],
    asks: ['Where does that stand?', 'Since when is it known?', 'Who could tell us more?'],
  },
  {
    job: /\b(?:edit|writ|text|copy)/i,
    points: [
      {
        of: /\b(?:will|gets?|begins?|starts?|stays?)\b/i,
        says: 'I open with this: it is what a hurried reader needs.',
      },
      { of: /\bbecause\b|\bsince\b/i, says: 'The reason goes after the news, in one clause.' },
      { of: /\d/, says: 'Names, numbers and dates stay as they stand.' },
    ],
    remarks: [
      'One thought a sentence, and the rest falls into place.',
      'Let us name who does what; the passive hides it.',
    ],
    asks: ['What should a reader do after this?', 'Which one sentence must stay?', 'For whom is that new?'],
  },
  {
    job: /\b(?:plan|steps|project|incident|command)/i,
    points: [
      {
        of: /\b(?:deploy|release|chang|before|back)\b/i,
        says: 'What can be undone in minutes, we do first.',
      },
      {
        of: /\b(?:customer|people|user|paid)/i,
        says: 'Somebody tells them now what we know, and when they hear more.',
      },
      { of: /\d/, says: 'That is our number: we are done when it is back, and not before.' },
    ],
    remarks: ['One next step, one name, one hour.', 'The riskiest guess comes first in the plan.'],
    asks: [
      'what do you see from your side?',
      'what can you do in the next ten minutes?',
      'what do you need from the others?',
      'what have we missed?',
    ],
  },
  {
    job: /\b(?:support|customer|help)/i,
    points: [
      {
        of: /\b(?:customer|people|paid|wrote|written|ask)/i,
        says: 'I answer them in one line: we see it, your order is safe or it is not, and you hear from us again within the hour.',
      },
      {
        of: /\b(?:timeout|error|broken|cannot|slow)/i,
        says: 'In their words: it hangs, and they press again. I would tell them not to.',
      },
      { of: /\b(?:minutes?|hours?|until|by)\b/i, says: 'I may promise that only if somebody here says yes.' },
    ],
    remarks: ['People forgive an outage sooner than a silence.', 'I would tell them in their own words.'],
    asks: ['What may I promise?', 'Who has reported it so far?', 'Is there a way around that is safe?'],
  },
  {
    job: /\b(?:note|minutes|record)/i,
    points: [
      {
        of: /\b(?:deploy|chang|decid|agree)/i,
        says: 'Noted, with its time. Whether we go back on it is not decided yet.',
      },
      {
        of: /\b(?:customer|queue|growing|grows|open)\b/i,
        says: 'Among the open points; it has no name beside it so far.',
      },
      { of: /\d/, says: 'Noted, with the figure as it was said.' },
    ],
    remarks: ['I have nothing new for the record.', 'Two points are open, and nobody has taken them.'],
    asks: ['Is that decided, or proposed?', 'Whose name do I write beside it?', 'Do we come back to it?'],
  },
  {
    job: /\b(?:teach|tutor|explain)/i,
    points: [
      { of: /\b(?:is|are|means)\b/i, says: 'Let us take that by one small example before the general case.' },
      { of: /\b(?:why|how|because)\b/i, says: 'Most people trip here when they hear it first.' },
    ],
    remarks: ['Whoever can say it in their own words has understood it.', 'One new thing at a time.'],
    asks: ['How would you explain it to somebody new?', 'What is it not?', 'Where have you met it before?'],
  },
  {
    job: /\b(?:translat|language)/i,
    points: [
      { of: /\b(?:call|name|word|mean)/i, says: 'I would use one word for that all the way through.' },
      { of: /\d/, says: 'The value stays, and is written as readers there write it.' },
    ],
    remarks: [
      'It can be read in two ways, and each leads to another sentence.',
      'First it has to be clear who speaks to whom.',
    ],
    asks: ['What do your readers call it?', 'Is that a name, or a thing?', 'How formal is it meant to be?'],
  },
  {
    job: /\b(?:facilitat|moderat|leads a group)/i,
    points: [{ of: /\?/, says: 'That question is open, and it is the one to answer first.' }],
    remarks: ['You seem to be closer than it sounds.', 'Let us finish this before we open another point.'],
    asks: [
      'what do you know about it that the others do not?',
      'what would settle it for you?',
      'do you see it differently?',
      'what is missing?',
    ],
  },
];

/** The viewpoint of a job, by the name first and then by the role; a general one where neither tells. */
export const viewpointOf = ({ self, role }: { self: string; role: string }): Viewpoint =>
  VIEWPOINTS.find(({ job }) => job.test(self)) ?? VIEWPOINTS.find(({ job }) => job.test(role)) ?? GENERAL;
