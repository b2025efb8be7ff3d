"""Product list p50, against a bare FastAPI route that answers the same bytes, in one run. Aim: at most 2x."""

from support import Connection, bare_server, data_folder, median_ms, nightmarket

PATH = "/api/v1/products?limit=20"
ROUNDS, REQUESTS = 7, 300


def main() -> None:
    """Alternate between the two servers; print the ratio per round and the median."""
    with data_folder() as folder, nightmarket(folder, "--seed") as (port, _process, _seconds):
        with Connection(port) as ours:
            body = ours.get(PATH).partition(b"\r\n\r\n")[2]
            with bare_server(body) as bare_port, Connection(bare_port) as bare:
                median_ms(ours, PATH, REQUESTS)
                median_ms(bare, "/", REQUESTS)
                ratios = []
                for _ in range(ROUNDS):
                    mine, theirs = median_ms(ours, PATH, REQUESTS), median_ms(bare, "/", REQUESTS)
                    ratios.append(mine / theirs)
                    print(f"product list {mine:.3f} ms · bare route {theirs:.3f} ms · ratio {mine / theirs:.2f}")
    print(f"payload {len(body)} bytes · median ratio {sorted(ratios)[ROUNDS // 2]:.2f} (aim ≤ 2)")


if __name__ == "__main__":
    main()
