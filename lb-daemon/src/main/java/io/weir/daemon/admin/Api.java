package io.weir.daemon.admin;

import java.util.ArrayList;
import java.util.List;

/** All endpoints, and which of them each address serves. Immutable, any thread. */
public final class Api {
    private final Router local;
    private final Router open;

    public Api(Managed managed) {
        List<Endpoint> free = new ArrayList<>(new ProcessResource(managed).endpoints());
        free.addAll(new StatusPage(managed).endpoints());
        var changes = new Changes(managed.edits());
        List<Endpoint> all = new ArrayList<>(free);
        all.addAll(new StatusResource(managed).endpoints());
        all.addAll(new ConfigResource(managed, changes).endpoints());
        all.addAll(new RevisionResource(managed, changes).endpoints());
        all.addAll(new RouteResource(managed, changes).endpoints());
        all.addAll(new ListenerResource(managed, changes).endpoints());
        all.addAll(new CertificateResource(managed, changes).endpoints());
        all.addAll(new PoolResource(managed, changes).endpoints());
        all.addAll(new BackendResource(managed, changes).endpoints());
        all.addAll(new CheckResource(managed, changes).endpoints());
        all.addAll(new ZoneResource(managed, changes).endpoints());
        all.addAll(new ExplainResource(managed).endpoints());
        all.addAll(new RegistrationResource(managed).endpoints());
        all.addAll(new AccessListResource(managed, changes).endpoints());
        all.addAll(new SessionResource(managed.sessions()).endpoints());
        all.addAll(new AffinityResource(managed.affinity()).endpoints());
        all.addAll(new EventResource(managed).endpoints());
        all.add(new OpenApi(managed.process().version(), all).endpoint());
        local = new Router(all);
        open = new Router(free);
    }

    /** Everything, for who may open the unix socket. */
    Router local() {
        return local;
    }

    /** What needs no rights, for {@code admin.http}. */
    Router open() {
        return open;
    }
}
