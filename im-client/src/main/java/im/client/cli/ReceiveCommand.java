package im.client.cli;

import im.client.FileOffer;
import im.client.ImClient;
import im.client.KickedException;
import im.client.OfflineFile;
import im.client.Transfer;
import im.client.TransferMode;
import im.client.cli.Arrivals.Arrival;
import im.client.cli.Arrivals.Ended;
import im.client.cli.Arrivals.Missed;
import im.client.cli.Arrivals.Offered;
import im.client.cli.Arrivals.Reconnected;
import im.client.cli.Outcome.Direction;
import im.netlib.Backoff;
import im.proto.base.ClientType;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code im receive}: what waits for a user, then what arrives, one file after the other. */
@Command(
        name = "receive",
        description = {
            "Receive the files that wait for a user, and with --wait every file that arrives, until Ctrl-C.",
            "",
            "What was stopped goes on where it was. Until then it is a hidden .part file in the folder."
        })
public final class ReceiveCommand implements Callable<Integer> {
    private static final int REMEMBERED = 10_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SessionOptions session;

    @Option(
            names = "--into",
            paramLabel = "DIR",
            required = true,
            description = "where the files go; nothing in it is ever overwritten")
    private Path folder;

    @Option(names = "--wait", description = "stay and receive what arrives, online or stored, until Ctrl-C")
    private boolean waits;

    /** Tasks that were received: the server may tell of one more than once. */
    private final Set<String> received = Collections.newSetFromMap(new LinkedHashMap<String, Boolean>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    /** How long to wait before looking again for what could not be received. */
    Backoff lookAgain = new Backoff(Duration.ofMinutes(1), Duration.ofHours(1));

    private Screen screen;
    private ImClient client;
    private Addressee addressee;
    private boolean anyFailed;
    /** Something that is stored could not be received, or not be listed, when it was last looked for or since. */
    private boolean incomplete;

    private boolean lookPlanned;
    /** How many looks in a row have left it so. */
    private int looks;

    @Override
    public Integer call() throws InterruptedException {
        checkFolder();
        screen = Screen.of(spec.commandLine());
        Arrivals arrivals = new Arrivals();
        return session.run(ClientType.CLIENT_TYPE_WINDOWS, arrivals, connected -> {
            client = connected;
            return receiveAll(arrivals);
        });
    }

    /** Nobody should send a file, or wait for one, that has no place to go. */
    private void checkFolder() {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            throw new CommandFailure(ExitCodes.USAGE, there + " is not a directory");
        }
        if (!Files.isWritable(there)) {
            throw new CommandFailure(ExitCodes.USAGE, "nothing can be written into " + there);
        }
    }

    private int receiveAll(Arrivals arrivals) throws InterruptedException {
        addressee = new Addressee(session, client, UserNames.of(client));
        int files = fetchStored();
        if (waits) {
            screen.line("waiting for files for " + session.userName() + "; Ctrl-C ends this");
            do {
                lookAgainLater(arrivals);
            } while (handle(arrivals.next()));
            return explainEnd();
        }
        if (files == 0) {
            screen.line("nothing waits for " + session.userName());
        }
        for (Optional<Arrival> more = arrivals.poll(); more.isPresent(); more = arrivals.poll()) {
            handle(more.get());
        }
        return anyFailed ? ExitCodes.FAILED : ExitCodes.DONE;
    }

    /**
     * The server's list holds so many only: it is asked for again until it names nothing new.
     *
     * @return how many files waited
     */
    private int fetchStored() throws InterruptedException {
        Set<String> seen = new HashSet<>();
        boolean anyNew;
        do {
            anyNew = false;
            for (OfflineFile file : session.answer(client.offlineFiles())) {
                if (seen.add(file.taskId())) {
                    anyNew = true;
                    receive(file.asOffer(client.self().id()));
                }
            }
        } while (anyNew);
        return seen.size();
    }

    /** @return false when the session is over */
    private boolean handle(Arrival arrival) throws InterruptedException {
        if (arrival instanceof Offered offered) {
            FileOffer offer = offered.offer();
            if (offer.mode() == TransferMode.ONLINE || offer.offlineReady()) {
                receive(offer);
            }
        } else if (arrival instanceof Reconnected) {
            screen.line("connected again");
            look();
        } else if (arrival instanceof Missed) {
            lookPlanned = false;
            look();
        }
        return !(arrival instanceof Ended);
    }

    private void look() throws InterruptedException {
        incomplete = false;
        try {
            fetchStored();
        } catch (CommandFailure e) {
            screen.error(e.getMessage());
            incomplete = true;
        }
        looks = incomplete ? looks + 1 : 0;
    }

    /** Nobody tells of a stored file a second time. */
    private void lookAgainLater(Arrivals arrivals) {
        if (incomplete && !lookPlanned) {
            lookPlanned = true;
            long pause = lookAgain.delay(looks, ThreadLocalRandom.current()).toMillis();
            CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS).execute(arrivals::miss);
        }
    }

    private void receive(FileOffer offer) throws InterruptedException {
        if (received.contains(offer.taskId())) {
            return;
        }
        String name = offer.fileName();
        String line = "receiving " + name + " (" + Amounts.size(offer.size()) + ") from "
                + addressee.senderOf(offer.fromUserId(), offer.group());
        try (Progress progress = new Progress(screen, name, mode -> line)) {
            Transfer transfer = client.receive(offer, folder, progress);
            if (Outcome.show(screen, progress, transfer, Direction.RECEIVED, name, true)
                    .isPresent()) {
                received.add(offer.taskId());
            } else {
                anyFailed = true;
                incomplete = true;
            }
        }
    }

    private int explainEnd() throws InterruptedException {
        try {
            client.ended().get();
            return anyFailed ? ExitCodes.FAILED : ExitCodes.DONE;
        } catch (ExecutionException e) {
            String advice = e.getCause() instanceof KickedException ? ". Only one desktop session can receive." : "";
            screen.error("the session is over: " + e.getCause().getMessage() + advice);
            return ExitCodes.LOGIN_REFUSED;
        }
    }
}
