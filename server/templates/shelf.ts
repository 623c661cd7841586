import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Found, readFiles, templateFolder } from './files.ts'
import type { Template } from './template.ts'

/** The templates that there are as files, as they were read last: those that come with Whybuy, and a company's own. */
export type Shelf = {
  templates: Template[]
  /** The keys of a company's own. */
  own: Set<string>
  /** The keys of a company's own that take the place of one that comes with Whybuy. */
  replacing: Set<string>
  /** What is wrong with files, with file, line and what to do. */
  problems: string[]
  /** Where a company's own are looked for; '' if nowhere. */
  folder: string
  /** Where they are looked for if nothing is set. */
  usualFolder: string
  readAt: Date
}
export type Shelves = { now: () => Shelf; readAgain: (at: Date) => Shelf }

/** Reads the templates once, and anew when somebody asks for it. Never throws: what is wrong is told in `problems`. */
export function openShelves(config: { templatesDir: string | undefined; dataDir: string }, at: Date): Shelves {
  const usualFolder = join(config.dataDir, 'survey-templates')
  const read = (readAt: Date): Shelf => {
    const folder = config.templatesDir ?? (existsSync(usualFolder) ? usualFolder : '')
    return { ...readShelf(folder), folder, usualFolder, readAt }
  }
  let shelf = read(at)
  return {
    now: () => shelf,
    readAgain: (later) => {
      shelf = read(later)
      return shelf
    },
  }
}

function readShelf(folder: string): Omit<Shelf, 'folder' | 'usualFolder' | 'readAt'> {
  const shipped = read(templateFolder, [])
  const own = folder === '' ? { templates: [], problems: [], replacing: [] } : read(folder, shipped.templates)
  const shippedKeys = new Set(shipped.templates.map(({ key }) => key))
  const clashes = own.templates.filter(({ key }) => shippedKeys.has(key) && !own.replacing.includes(key))
  const taken = new Set(clashes.map(({ key }) => key))
  const usable = own.templates.filter(({ key }) => !taken.has(key))
  const ownKeys = new Set(usable.map(({ key }) => key))
  return {
    templates: [...shipped.templates.filter(({ key }) => !ownKeys.has(key)), ...usable].sort((a, b) =>
      a.key < b.key ? -1 : 1,
    ),
    own: ownKeys,
    replacing: new Set([...ownKeys].filter((key) => shippedKeys.has(key))),
    problems: [
      ...shipped.problems,
      ...own.problems,
      ...clashes.map(
        ({ key }) =>
          `${key}.yaml, line 1: a template with the key “${key}” comes with Whybuy. Take another key, or write “replaces: true” if yours is to take its place.`,
      ),
    ],
  }
}

function read(folder: string, others: Template[]): Found {
  try {
    return readFiles(folder, others)
  } catch {
    return {
      templates: [],
      replacing: [],
      problems: [`The folder ${folder} cannot be read. Make it, or let the server’s own user read it.`],
    }
  }
}
