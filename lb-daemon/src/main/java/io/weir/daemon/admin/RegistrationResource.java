package io.weir.daemon.admin;

import io.weir.core.config.RegistrationFields;
import io.weir.core.config.Units;
import io.weir.core.health.BackendKey;
import io.weir.core.model.Registration;
import io.weir.daemon.control.Addresses;
import io.weir.daemon.control.Registering;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Members that register themselves: they join, send heartbeats and leave without a revision. On the virtual threads of requests. */
final class RegistrationResource {
    /** How long one waits for the disk. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Managed managed;

    RegistrationResource(Managed managed) {
        this.managed = managed;
    }

    /**
     * A registration as the API shows it.
     *
     * @param state {@code registered} or {@code leaving}
     * @param expires when it ends without a heartbeat; absent where that is not what is asked for
     */
    record Row(String pool, String name, String address, Optional<String> zone, int weight, String ttl, String state,
            Optional<Instant> expires) {
        static Row of(Registration registration, Optional<Instant> expires) {
            var backend = registration.backend();
            return new Row(registration.pool(), backend.name(), Addresses.text(backend.address()), backend.zone(),
                    backend.weight().units(), Units.text(registration.ttl()), registration.leaving() ? "leaving" : "registered",
                    expires);
        }
    }

    /** The answer when nothing is left of one. */
    record Gone(String pool, String name, String state) {}

    List<Endpoint> endpoints() {
        String all = "/v1/pools/{pool}/registrations";
        String one = all + "/{backend}";
        return List.of(Endpoint.get(all, "The members that registered themselves in a pool.", this::list),
                Endpoint.member("PUT", one,
                        "Registers a member {address, zone, weight, maxConnections, ttl}; said again it is a heartbeat.",
                        this::put),
                Endpoint.member("DELETE", one, "Takes a registered member out; with drain=true once its connections have ended.",
                        this::delete)
                    .with(new Endpoint.Parameter("drain", "true: it takes no new connection, and goes when the last one has ended")));
    }

    private Response list(Request request) throws InterruptedException {
        String pool = request.name("pool");
        if (!managed.control().inForce().configuration().pools().containsKey(pool)) {
            throw RequestRefused.noSuch("pool", pool);
        }
        return Response.json(waited(managed.control().registrations()).stream()
            .filter(registration -> registration.pool().equals(pool))
            .map(registration -> Row.of(registration, Optional.empty()))
            .sorted(Comparator.comparing(Row::name))
            .toList());
    }

    private Response put(Request request) throws InterruptedException {
        var configuration = managed.control().inForce().configuration();
        return switch (RegistrationFields.read(request.name("backend"), Bodies.document(request), configuration.zones().keySet())) {
            case RegistrationFields.Refused(var problems) -> Response.problem(Changes.invalid(problems));
            case RegistrationFields.Read(var backend, var ttl) ->
                answer(managed.control().register(request.name("pool"), backend, ttl), key(request));
        };
    }

    private Response delete(Request request) throws InterruptedException {
        return answer(managed.control().deregister(key(request), request.flag("drain")), key(request));
    }

    private static BackendKey key(Request request) {
        return new BackendKey(request.name("pool"), request.name("backend"));
    }

    private static Response answer(CompletableFuture<Registering> asked, BackendKey member) throws InterruptedException {
        return switch (waited(asked)) {
            case Registering.Registered(var registration, boolean created, var expires) ->
                Response.json(created ? 201 : 200, Row.of(registration, Optional.of(expires)));
            case Registering.Leaving(var registration) -> Response.json(Row.of(registration, Optional.empty()));
            case Registering.Gone() -> Response.json(new Gone(member.pool(), member.backend(), "gone"));
            case Registering.Refused(var reason, var detail) -> Response.problem(ProblemDocument.of(status(reason), detail));
            case Registering.NotStored(var cause) -> Response.problem(ProblemDocument.of(503, "it could not be stored: " + cause));
        };
    }

    private static int status(Registering.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case INVALID -> 422;
        };
    }

    private static <T> T waited(CompletableFuture<T> asked) throws InterruptedException {
        try {
            return asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            throw RequestRefused.of(503, "the disk did not confirm it within " + PATIENCE.toSeconds() + " s; it may still come to be");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the outcome of a registration is a value, never an exception", e);
        }
    }
}
