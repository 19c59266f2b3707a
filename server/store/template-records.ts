import type { Database } from './database.js';

/** What conferences can be made after. */
export interface TemplateRecord {
  templateId: string;
  name: string;
  /** JSON of `TemplateContent` in `api/templates.ts`. */
  content: string;
  ownerId: string;
  institutionId: string | null;
  createdAt: string;
  /** 1 first, one more with each change. */
  version: number;
}

const columns = `template_id AS "templateId", name, content, owner_id AS "ownerId",
  institution_id AS "institutionId", created_at AS "createdAt", version`;

export class TemplateRecords {
  constructor(private readonly database: Database) {}

  list(): TemplateRecord[] {
    return this.database
      .prepare(`SELECT ${columns} FROM conference_template ORDER BY name, template_id`)
      .all() as TemplateRecord[];
  }

  find(templateId: string): TemplateRecord | undefined {
    return this.database
      .prepare(`SELECT ${columns} FROM conference_template WHERE template_id = ?`)
      .get(templateId) as TemplateRecord | undefined;
  }

  insert(record: TemplateRecord): void {
    this.database
      .prepare(
        `INSERT INTO conference_template
         VALUES (@templateId, @name, @content, @ownerId, @institutionId, @createdAt, @version)`,
      )
      .run(record);
  }

  /** Its version is one more then. */
  change({ templateId, name, content }: Pick<TemplateRecord, 'templateId' | 'name' | 'content'>): void {
    this.database
      .prepare(
        `UPDATE conference_template SET name = @name, content = @content, version = version + 1
         WHERE template_id = @templateId`,
      )
      .run({ templateId, name, content });
  }

  delete(templateId: string): void {
    this.database.prepare('DELETE FROM conference_template WHERE template_id = ?').run(templateId);
  }
}
