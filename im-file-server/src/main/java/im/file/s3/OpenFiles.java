package im.file.s3;

import im.file.transfer.TaskId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which files are being read in this process, so that their bytes stay for as long when they are deleted. Thread-safe. */
final class OpenFiles {
    private final Map<TaskId, Integer> readers = new HashMap<>();
    private final Set<TaskId> doomed = new HashSet<>();

    synchronized void opened(TaskId file) {
        readers.merge(file, 1, Integer::sum);
    }

    /** @return whether its bytes are to be deleted now */
    synchronized boolean closed(TaskId file) {
        boolean last = readers.merge(file, -1, Integer::sum) == 0;
        if (last) {
            readers.remove(file);
        }
        return last && doomed.remove(file);
    }

    /** @return whether its bytes are to be deleted now; else they are when the last reader has closed it */
    synchronized boolean deleted(TaskId file) {
        if (readers.containsKey(file)) {
            doomed.add(file);
            return false;
        }
        return true;
    }
}
