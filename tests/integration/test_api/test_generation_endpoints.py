# tests/integration/test_api/test_generation_endpoints.py
import pytest
from fastapi.testclient import TestClient
from main import app

client = TestClient(app)

@pytest.fixture
def auth_headers():
    """Get authentication headers"""
    # Login and get token
    response = client.post("/api/auth/login", json={
        "email": "test@example.com",
        "password": "testpass123"
    })
    token = response.json()["access_token"]
    return {"Authorization": f"Bearer {token}"}

def test_generate_names_endpoint(auth_headers):
    """Test name generation endpoint"""
    response = client.post(
        "/api/generate/names",
        json={
            "description": "AI recipe app",
            "industry": "food tech"
        },
        headers=auth_headers
    )
    
    assert response.status_code == 200
    data = response.json()
    assert "names" in data
    assert len(data["names"]) == 10
    assert "generation_id" in data

def test_generate_names_requires_auth():
    """Test authentication requirement"""
    response = client.post(
        "/api/generate/names",
        json={"description": "Test"}
    )
    
    assert response.status_code == 401
