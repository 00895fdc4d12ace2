package dev.merpati.chaos.fault;

import dev.merpati.cluster.UnansweredException;
import java.util.List;
import java.util.Locale;

/** Everything that goes wrong, in the order in which it does. */
public enum Fault {
    WORKER_KILLED("a worker is killed, its shards go elsewhere", WorkerFaults::kill),
    WORKER_KILLED_AND_RESTARTED("a worker is killed and started again at once", WorkerFaults::killAndRestart),
    WORKER_ZOMBIE("a worker is paused for longer than its session timeout, and wakes up", WorkerFaults::zombie),
    SCALE_OUT("one worker more is started", WorkerFaults::scaleOut),
    WORKER_TERMINATED("a worker gets SIGTERM", WorkerFaults::terminate),
    GATEWAY_KILLED("a gateway is killed with requests in flight", ServiceFaults::killGateway),
    KAFKA_KILLED("Kafka is killed and started again", ServiceFaults::killKafka),
    KAFKA_AWAY("Kafka cannot be reached for a while", ServiceFaults::kafkaAway),
    REDIS_RESTARTED("Redis is stopped and started again", ServiceFaults::restartRedis),
    REDIS_KILLED("Redis is killed and started again", ServiceFaults::killRedis),
    REDIS_CUT_OFF("all connections to Redis are reset", ServiceFaults::cutRedisOff),
    REDIS_AWAY("Redis cannot be reached for a while", ServiceFaults::redisAway),
    REDIS_FORGETS("Redis loses its last second, with shards that just moved away from a zombie", RedisForgets::strike),
    WHATSAPP_DROPS("WhatsApp resets all connections at once", WhatsAppFaults::drop),
    WHATSAPP_REFUSES("WhatsApp resets all connections and refuses logins for a while", WhatsAppFaults::refuse),
    WHATSAPP_SLOW("WhatsApp acknowledges late", WhatsAppFaults::slow),
    WHATSAPP_SWALLOWS("WhatsApp delivers and does not acknowledge", WhatsAppFaults::swallow),
    WHATSAPP_HALF_OPEN("all connections go silent without being closed", WhatsAppFaults::halfOpen),
    DISPATCHER_KILLED("each dispatcher is killed once, its tenants go elsewhere", DispatcherFaults::kill),
    DISPATCHER_KILLED_AND_RESTARTED(
            "each dispatcher is killed and started again at once", DispatcherFaults::killAndRestart),
    DISPATCHER_ZOMBIE(
            "each dispatcher is paused once for longer than its session timeout, and wakes up",
            DispatcherFaults::zombie),
    DISPATCHERS_RESTARTED("each dispatcher gets SIGTERM and is started again", DispatcherFaults::restart),
    DISPATCHER_WITHOUT_REDIS("dispatchers cannot reach Redis for a while", DispatcherFaults::redisAway),
    ENDPOINT_AWAY("an endpoint refuses connections for a while", EndpointFaults::away),
    ENDPOINT_UNREACHABLE("what is sent to an endpoint gets lost in the network", EndpointFaults::unreachable),
    ENDPOINT_HANGS("an endpoint does not answer", EndpointFaults::hangs),
    ENDPOINT_ERRORS("an endpoint answers with 500 at random, also what it has kept", EndpointFaults::errors),
    ENDPOINT_CUTS("an endpoint closes connections at random, also after it has kept what came", EndpointFaults::cuts),
    ENDPOINT_LIMITS("an endpoint answers with 429 at random", EndpointFaults::limits),
    ENDPOINT_FORGETS("an endpoint loses what it has confirmed, and asks for it again", EndpointFaults::forgets),
    ROLLING_RESTART("all workers are restarted one after the other, as static members", RollingRestart::strike);

    /** Those of the short form. */
    public static final List<Fault> SHORT = List.of(
            WORKER_KILLED,
            WORKER_ZOMBIE,
            REDIS_RESTARTED,
            KAFKA_KILLED,
            DISPATCHER_KILLED_AND_RESTARTED,
            ENDPOINT_ERRORS);

    private final String description;
    // A static method of this package each time, but the compiler cannot know.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Course course;

    Fault(String description, Course course) {
        this.description = description;
        this.course = course;
    }

    /** How a fault happens; when it returns, nothing is out of order any more but what the product has to mend itself. */
    interface Course {
        void run(Arena arena) throws InterruptedException;
    }

    /** Its name on the command line and in the table. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String description() {
        return description;
    }

    /** Whether a session that is deleted while it happens can be unlinked: it cannot while WhatsApp does not serve. */
    public boolean allowsUnlinking() {
        return !name().startsWith("WHATSAPP_");
    }

    /** Whether nothing that phones write can be published while it happens: then workers confirm nothing, not a backlog either. */
    public boolean takesKafkaAway() {
        return this == KAFKA_KILLED || this == KAFKA_AWAY;
    }

    /** Whether it strikes the endpoint of one tenant, so that the others get everything as fast as ever. */
    public boolean isOfOneEndpoint() {
        return name().startsWith("ENDPOINT_");
    }

    /** Brings the cluster into the state that the fault needs, before there is load. */
    public void prepare(Arena arena) throws InterruptedException {
        if (this == ROLLING_RESTART) {
            RollingRestart.makeMembersStatic(arena);
        }
    }

    /** Lets it happen and be over. What does not come back is written down, and started once more, as a cluster would. */
    public void strike(Arena arena) throws InterruptedException {
        try {
            course.run(arena);
        } catch (IllegalStateException | UnansweredException e) {
            arena.finding("not as it should: " + e.getMessage());
            arena.startWhatEnded();
        }
    }
}
