/** Whether what is scheduled comes again and again. Of a task as the log has it, and as REST shows it. */
export function isSeries({ schedule }: { readonly schedule: { readonly type: string } | null }): boolean {
  return schedule !== null && schedule.type !== 'once';
}
