package im.db.domain;

import java.time.Instant;
import java.util.List;

/** Where departments are kept. Calls block; thread-safe; they throw {@link StorageFailure} when the storage fails. */
public interface Departments {

    /**
     * Departments that changed at this second or later, those that were removed included, the longest unchanged first. The second
     * itself is included, because more may have changed in it after somebody asked.
     */
    List<Department> changedSince(Instant second, int limit);

    /** Whether there is one with this id that was not removed. */
    boolean exists(long id);

    /**
     * Adds a department.
     *
     * @param parentId 0 for none
     * @return its id; ids grow from 1
     * @throws Refused when there is no such parent
     */
    long add(String name, long parentId, long priority) throws Refused;

    /**
     * Removes a department. Who was in it is then in the one above.
     *
     * @throws Refused when there is no such department, or another is part of it
     */
    void remove(long id) throws Refused;
}
