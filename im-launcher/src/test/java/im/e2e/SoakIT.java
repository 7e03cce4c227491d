package im.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import im.client.ClientListener;
import im.client.ImClient;
import im.e2e.ProcessCluster.Kind;
import im.e2e.ProcessCluster.Member;
import im.netlib.AddressSource;
import im.testkit.Eventually;
import im.testkit.FaultProxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster of processes under a load of messages and files. First everybody goes as fast as it goes, then at four fifths of that. All servers are
 * stopped in order and started again, one after the other; then servers are killed or stopped, and connections of clients cut, at random, until the
 * time is up. One server of each kind that has two lives through it: its memory is looked at.
 *
 * <p>System properties: {@code im.soak.seconds} is how long things fail, at least until each kind of failure has come once, and
 * {@code im.soak.seed} another order of failures. Without any it takes three minutes.
 */
class SoakIT {
    private static final Logger log = LoggerFactory.getLogger(SoakIT.class);
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("im.soak.seconds", 100));
    private static final long SEED = Long.getLong("im.soak.seed", 1);
    private static final boolean LONG = TIME.compareTo(Duration.ofMinutes(2)) >= 0;
    private static final int WRITERS = LONG ? 200 : 20;
    private static final List<String> SENDERS =
            IntStream.range(0, 8).mapToObj(i -> "s" + i).toList();
    /** So that transfers take a while, and some are under way when a server is killed. */
    private static final Duration DELAY_OF_FILES = Duration.ofMillis(5);

    private static final double LOAD = 0.8;
    private static final Duration AS_FAST_AS_IT_GOES = Duration.ofSeconds(LONG ? 60 : 8);
    private static final int DEAD_AT_MOST_MILLIS = 1000;
    private static final Duration BETWEEN_SAMPLES = TIME.dividedBy(30);

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final List<FaultProxy> toMsgServers = new ArrayList<>();
    private final Map<Member, List<Footprint>> samples = new LinkedHashMap<>();
    private final Pace messages = new Pace();
    private final Pace files = new Pace();
    private ProcessCluster cluster;
    private WritingCrowd crowd;
    private FileTraffic traffic;
    private long sampledAt;

    @Test
    void nothingThatWasAcknowledgedIsLostAndMemoryStaysFlatWhileServersComeAndGo() throws Exception {
        log.info("again with -Dim.soak.seed={}", SEED);
        List<CompletableFuture<Void>> atWork = begin();
        slowDown();
        for (Member member : Member.all()) {
            cluster.restart(member);
            awaitProgress("restart of " + member);
        }
        assertThat(traffic.storedTwice()).isEmpty();
        failAgainAndAgain();

        crowd.end();
        traffic.end();
        for (CompletableFuture<Void> work : atWork) {
            work.get(FileTraffic.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        log.info(
                "{} messages and {} files, {} of them stored, {} attempts again",
                messages.done(),
                traffic.acknowledged(),
                traffic.storedOfThem(),
                traffic.sentAgain());
        crowd.assertNothingIsLost();
        traffic.assertNothingIsLost("bob", "carol");
        samples.forEach(
                (member, all) -> log.info("{}: first {}, last {}", member, all.get(0), all.get(all.size() - 1)));
        samples.forEach((member, all) -> Footprint.assertFlat(member.toString(), all));
    }

    @AfterEach
    void stop() throws Exception {
        if (traffic != null) {
            traffic.end();
        }
        if (cluster != null) {
            cluster.close();
        }
        toMsgServers.forEach(FaultProxy::close);
    }

    // Load

    private List<CompletableFuture<Void>> begin() throws Exception {
        List<String> writers =
                IntStream.range(0, WRITERS).mapToObj(i -> "u" + i).toList();
        List<String> users = new ArrayList<>(writers);
        users.addAll(SENDERS);
        users.addAll(List.of("bob", "carol"));
        cluster = ProcessCluster.start(SoakIT.class, folder, users);
        for (int i = 0; i < 2; i++) {
            cluster.clientsToFileServer(i).delay(DELAY_OF_FILES);
            HostAndPort msgServer = cluster.msgServer(i);
            toMsgServers.add(FaultProxy.to(new InetSocketAddress(msgServer.getHost(), msgServer.getPort())));
        }
        List<ImClient> clients = new ArrayList<>();
        for (String writer : writers) {
            int port = toMsgServers.get(clients.size() % 2).address().getPort();
            clients.add(cluster.login(
                    writer, AddressSource.always(HostAndPort.fromParts("127.0.0.1", port)), ClientListener.NONE));
        }
        crowd = new WritingCrowd(clients, messages);
        traffic = new FileTraffic(folder, cluster, files, SEED);
        ImClient bob = traffic.stay("bob");
        Map<String, Integer> ids = Await.result(bob.users()).stream()
                .collect(Collectors.toMap(user -> user.loginName(), user -> user.id()));
        crowd.begin();
        List<CompletableFuture<Void>> atWork = new ArrayList<>();
        atWork.add(traffic.comeAndGo("carol"));
        for (String sender : SENDERS) {
            atWork.add(traffic.send(sender, ids.get("bob"), ids.get("carol")));
        }
        return atWork;
    }

    private void slowDown() {
        LockSupport.parkNanos(AS_FAST_AS_IT_GOES.toNanos());
        messages.limit(LOAD, messages.done(), AS_FAST_AS_IT_GOES);
        files.limit(LOAD, files.done(), AS_FAST_AS_IT_GOES);
        log.info(
                "from now on {} messages and {} files a second",
                Math.round(messages.perSecond()),
                Math.round(files.perSecond()));
    }

    /** Messages and files go on, and nothing was lost for good so far. */
    private void awaitProgress(String after) {
        long message = messages.done() + WRITERS;
        long file = files.done() + 2;
        Eventually.until(
                "messages and files go on after " + after,
                () -> messages.done() >= message && files.done() >= file || hasFailed());
        assertThat(crowd.failures()).isEmpty();
        assertThat(traffic.failures()).isEmpty();
    }

    private boolean hasFailed() {
        return !crowd.failures().isEmpty() || !traffic.failures().isEmpty();
    }

    // Failures

    private interface Failure {
        void happen() throws Exception;
    }

    private void failAgainAndAgain() throws Exception {
        Map<String, Failure> all = failures();
        long end = System.nanoTime() + TIME.toNanos();
        do {
            List<String> names = new ArrayList<>(all.keySet());
            Collections.shuffle(names, random);
            for (String name : names) {
                log.info("{}", name);
                all.get(name).happen();
                awaitProgress(name);
                sample();
            }
        } while (System.nanoTime() < end);
    }

    private Map<String, Failure> failures() {
        Map<String, Failure> all = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            // The login-server, which is alone, is told by msg-servers all that it knows.
            Member member = new Member(kind, kind == Kind.LOGIN_SERVER ? 0 : random.nextInt(2));
            if (kind != Kind.LOGIN_SERVER) {
                samples.put(member.other(), new ArrayList<>());
            }
            all.put("kill " + member, () -> {
                cluster.kill(member);
                LockSupport.parkNanos(
                        Duration.ofMillis(random.nextInt(DEAD_AT_MOST_MILLIS)).toNanos());
                cluster.startAgain(member);
            });
            all.put("restart " + member, () -> cluster.restart(member));
        }
        toMsgServers.forEach(proxy -> all.put("cut connections of clients " + toMsgServers.indexOf(proxy), () -> {
            proxy.cut();
            proxy.heal();
        }));
        return all;
    }

    private void sample() throws Exception {
        if (System.nanoTime() - sampledAt < BETWEEN_SAMPLES.toNanos()) {
            return;
        }
        for (Map.Entry<Member, List<Footprint>> survivor : samples.entrySet()) {
            survivor.getValue().add(Footprint.of(cluster, survivor.getKey()));
        }
        sampledAt = System.nanoTime();
    }
}
